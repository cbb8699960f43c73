import { Logger } from "@aws-lambda-powertools/logger";
import type { Answer } from "./answer";
import { check } from "./check";
import { parseEnvironment } from "./environment";
import { DecryptCustomerInputError } from "./errors";
import { parseEvent, type Request } from "./event";
import { Inputs } from "./inputs";
import { PrivateKeys } from "./private-keys";
import { submit } from "./submit";

const settings = parseEnvironment(process.env);
const privateKeys = new PrivateKeys(settings.parameterPrefix);
const logger = new Logger({ serviceName: "decrypt-customer-input" });

/**
 * Decrypts and checks what a caller typed into "Store customer input": one field (`check`), or all of them (`submit`).
 * A caller's mistake is an answer; a fault throws, so that Connect takes the Error branch. Nothing but the fields below
 * is ever logged.
 *
 * @example
 * await handler(event) // { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }
 */
export async function handler(event: unknown): Promise<Answer> {
  const started = performance.now();
  const logged: { contactId?: string; operation?: string } = {};
  let inputs: Inputs | undefined;
  const measured = () => ({ keyIds: inputs?.keyIds ?? [], milliseconds: Math.round(performance.now() - started) });
  try {
    const request = parseEvent(event);
    inputs = new Inputs(request.inputs, settings.keyIds, privateKeys);
    logged.contactId = request.contactId;
    logged.operation = request.operation;
    const answer = await respond(request, inputs);
    logger.info("Customer input checked", { ...logged, ...whatOf(answer), ...measured() });
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
      ...measured(),
    });
    throw fault;
  }
}

const respond = (request: Request, inputs: Inputs): Promise<Answer> =>
  request.operation === "check" ? check(request.field, inputs, settings) : submit(inputs, settings);

/** What of an answer is logged. */
const whatOf = ({ outcome, ...answer }: Answer) => ("field" in answer ? { field: answer.field, outcome } : { outcome });
