import { Logger } from "@aws-lambda-powertools/logger";
import { NO_INPUT } from "../../encryption/connect-format";
import { type Answer, refuse } from "./answer";
import { checkCardNumber } from "./card-number";
import { decryptInput, readEncryptedInput } from "./encrypted-input";
import { parseEnvironment } from "./environment";
import { DecryptCustomerInputError } from "./errors";
import { parseEvent } from "./event";
import { PrivateKeys } from "./private-keys";
import { SecureParameters } from "./secure-parameters";

const settings = parseEnvironment(process.env);
const privateKeys = new PrivateKeys(settings.parameterPrefix, new SecureParameters());
const logger = new Logger({ serviceName: "decrypt-customer-input" });

/**
 * Decrypts and checks the card number a caller typed into "Store customer input". A caller's mistake is an answer; a
 * fault throws, so that Connect takes the Error branch. Nothing but the fields below is ever logged.
 *
 * @example
 * await handler(event) // { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }
 */
export async function handler(event: unknown): Promise<Answer> {
  const started = performance.now();
  const logged: { contactId?: string; keyId?: string } = {};
  const milliseconds = () => Math.round(performance.now() - started);
  try {
    const { contactId, encryptedInput } = parseEvent(event);
    logged.contactId = contactId;
    const answer = await respond(encryptedInput, (keyId) => {
      logged.keyId = keyId;
    });
    logger.info("Customer input checked", { ...logged, outcome: answer.outcome, milliseconds: milliseconds() });
    return answer;
  } catch (error) {
    // An error of anyone else's may quote what it was given, so it goes no further than here.
    const fault =
      error instanceof DecryptCustomerInputError
        ? error
        : new DecryptCustomerInputError("unexpected", "an error that is not told, for what it could hold");
    logger.error("Customer input not decrypted", {
      ...logged,
      outcome: "error",
      errorCode: fault.code,
      milliseconds: milliseconds(),
    });
    throw fault;
  }
}

async function respond(encryptedInput: string, foundKey: (keyId: string) => void): Promise<Answer> {
  if (encryptedInput === NO_INPUT || encryptedInput === "") return refuse("no-input");
  const input = readEncryptedInput(encryptedInput, settings.keyIds);
  foundKey(input.keyId);
  return checkCardNumber(await decryptInput(input, privateKeys));
}
