import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { FUNCTION_ERROR_NAME } from "../contract/error-codes";
import { invocationParameters } from "../contract/operations";
import { TEST_CARDS } from "../contract/test-cards";
import { SensitiveDigits } from "../encryption/sensitive-digits";
import type { Settings } from "../settings/settings";
import { type AwsAccess, callAws, clientSettings } from "./aws";

const TEST_BRAND = "visa";
const TEST_NUMBER = TEST_CARDS[TEST_BRAND];

/** Milliseconds. The function may have to start first. */
const INVOCATION_TIMEOUT = 30_000;

/** Why the function would not accept the test number, in one sentence; undefined if it accepts it. */
export function testNumberProblem({ fields, allowedBrands }: Settings): string | undefined {
  const cardNumber = fields.find(({ name }) => name === "cardNumber");
  if (!cardNumber) return "Skipped: the configuration has no field cardNumber for the test number.";
  const fits = "maximumLength" in cardNumber && cardNumber.maximumLength >= TEST_NUMBER.length;
  if (fits && allowedBrands.includes(TEST_BRAND)) return undefined;
  return `Skipped: cardNumber does not accept the test number, a Visa number of ${TEST_NUMBER.length} digits.`;
}

/** The test number in base64, as Connect stores it. */
export async function encryptTestNumber(recipient: { keyId: string; publicKey: KeyObject }): Promise<string> {
  const { encryptCustomerInput } = await import("../encryption/encrypt");
  return encryptCustomerInput(new SensitiveDigits(TEST_NUMBER), recipient);
}

/** A copy of a message with one changed bit in its signature. */
export function tamperedCopy(message: string): string {
  const bytes = Buffer.from(message, "base64");
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  return bytes.toString("base64");
}

export interface TestInvocation {
  access: AwsAccess;
  functionArn: string;
  /** appears in the function's log */
  contactId: string;
  /** encrypted, base64 */
  cardNumber: string;
}

/** The outcome that the function returned; or the error code that it threw, or the name of Lambda's error. */
export type TestResponse = { outcome: string } | { error: string };

const Payload = z.object({
  outcome: z.unknown().optional(),
  errorType: z.unknown().optional(),
  errorMessage: z.unknown().optional(),
});

/** Invokes the function as the flow does after a card number was entered. */
export async function invokeDeployedFunction({
  access,
  functionArn,
  contactId,
  cardNumber,
}: TestInvocation): Promise<TestResponse> {
  const { LambdaClient, InvokeCommand } = await import("@aws-sdk/client-lambda");
  const event = {
    Name: "ContactFlowEvent",
    Details: {
      ContactData: { Attributes: {}, Channel: "VOICE", ContactId: contactId, InitiationMethod: "API" },
      Parameters: invocationParameters("check", { field: "cardNumber" }, { cardNumber }),
    },
  };
  const client = new LambdaClient(clientSettings(access, INVOCATION_TIMEOUT));
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(event)) });
  const response = await callAws("lambda:InvokeFunction", () => client.send(command));
  const { outcome, errorType, errorMessage } = readPayload(response.Payload);
  if (response.FunctionError === undefined) return { outcome: printableName(outcome) };
  // Messages of the function's own errors begin with a code. The message of any other error may contain secrets.
  const [code] = String(errorMessage).split(":");
  return { error: printableName(errorType === FUNCTION_ERROR_NAME ? code : errorType) };
}

function readPayload(payload: Uint8Array | undefined): z.output<typeof Payload> {
  try {
    return Payload.parse(JSON.parse(Buffer.from(payload ?? []).toString("utf8")));
  } catch {
    return {};
  }
}

const printableName = (value: unknown): string =>
  typeof value === "string" && /^[A-Za-z][A-Za-z.-]{0,63}$/.test(value) ? value : "unknown";
