import type { KeyObject } from "node:crypto";
import { FUNCTION_ERROR_NAME } from "../contract/error-codes";
import { invocationParameters } from "../contract/operations";
import { TEST_CARDS } from "../contract/test-cards";
import { SensitiveDigits } from "../encryption/sensitive-digits";
import { ask, clientSettings } from "./aws";

const TEST_NUMBER = new SensitiveDigits(TEST_CARDS.visa);

/** Milliseconds: a new execution environment starts first. */
const RING_TIMEOUT = 30_000;

/** What came of ringing the function: its outcome, or the code of its fault, or the name of Lambda's own. */
export type Answer = { outcome: string } | { fault: string };

/** The test number as Connect would store it: base64. */
export async function encryptTestNumber(recipient: { keyId: string; publicKey: KeyObject }): Promise<string> {
  const { encryptCustomerInput } = await import("../encryption/encrypt");
  return encryptCustomerInput(TEST_NUMBER, recipient);
}

/** The same message with a bit of its signature turned over. */
export function tampered(message: string): string {
  const bytes = Buffer.from(message, "base64");
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  return bytes.toString("base64");
}

export interface Ring {
  region: string;
  functionArn: string;
  /** the function logs it */
  contactId: string;
  /** base64 */
  cardNumber: string;
}

/** Invokes the function with Connect's event, as the flow does once a card number was typed. */
export async function ring({ region, functionArn, contactId, cardNumber }: Ring): Promise<Answer> {
  const { LambdaClient, InvokeCommand } = await import("@aws-sdk/client-lambda");
  const event = {
    Name: "ContactFlowEvent",
    Details: {
      ContactData: { Attributes: {}, Channel: "VOICE", ContactId: contactId, InitiationMethod: "API" },
      Parameters: invocationParameters("check", { field: "cardNumber" }, { cardNumber }),
    },
  };
  const client = new LambdaClient(clientSettings(region, RING_TIMEOUT));
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(event)) });
  const { FunctionError, Payload } = await ask("lambda:InvokeFunction", () => client.send(command));
  const payload = parsed(Payload);
  return FunctionError === undefined ? { outcome: word(payload.outcome) } : { fault: faultOf(payload) };
}

/** The function's own faults begin with a code; of any other only the type is told, as its text may hold anything. */
function faultOf({ errorType, errorMessage }: Record<string, unknown>): string {
  const [code] = String(errorMessage).split(":");
  return word(errorType === FUNCTION_ERROR_NAME ? code : errorType);
}

const word = (value: unknown): string =>
  typeof value === "string" && /^[A-Za-z][A-Za-z.-]{0,63}$/.test(value) ? value : "unknown";

function parsed(payload: Uint8Array | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(Buffer.from(payload ?? []).toString("utf8")));
  } catch {
    return {};
  }
}
