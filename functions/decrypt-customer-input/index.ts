import { Logger } from "@aws-lambda-powertools/logger";
import { SERVICE } from "../../contract/metrics";
import type { Operation } from "../../contract/operations";
import type { FunctionResponse } from "../../contract/response";
import { check } from "./check";
import { parseEnvironment } from "./environment";
import { DecryptCustomerInputError } from "./errors";
import { parseEvent, type Request } from "./event";
import { Inputs } from "./inputs";
import { FunctionMetrics } from "./metrics";
import { paymentConnector } from "./payment/payment-connector";
import { PrivateKeys } from "./private-keys";
import { SecureParameters } from "./secure-parameters";
import { submit } from "./submit";

const settings = parseEnvironment(process.env);
const parameters = new SecureParameters(settings.cacheSeconds);
const privateKeys = new PrivateKeys(settings.parameterPrefix, parameters);
const payment = paymentConnector(settings.payment, parameters);
const logger = new Logger({ serviceName: SERVICE });
const metrics = new FunctionMetrics(settings.stage);

/** Milliseconds that are left for the answer when Parameter Store or a payment endpoint has not come up with its own. */
const TIME_TO_ANSWER = 500;

/** What is used of Lambda's. */
interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Decrypts and checks what a caller typed into "Store customer input": one field (`check`), or all of them (`submit`).
 * Before that it fetches the key, so that the first check finds it there (`prepare`); after that it takes down how a call
 * ended that came to no submit (`report`). A caller's mistake is an answer; a fault throws, so that Connect takes the Error
 * branch. Nothing but the fields below is ever logged.
 *
 * @example
 * await handler(event, context) // { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }
 */
export async function handler(event: unknown, context: LambdaContext): Promise<FunctionResponse> {
  const started = performance.now();
  const logged: { contactId?: string; operation?: Operation } = {};
  let inputs: Inputs | undefined;
  const measured = () => ({ keyIds: inputs?.keyIds ?? [], milliseconds: Math.round(performance.now() - started) });
  try {
    const request = parseEvent(event);
    const deadline = Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER;
    inputs = new Inputs(request.inputs, privateKeys, deadline);
    logged.contactId = request.contactId;
    logged.operation = request.operation;
    const answer = await respond(request, inputs, deadline);
    logger.info(MESSAGES[request.operation], { ...logged, ...whatOf(answer), ...measured() });
    count(request, answer);
    return answer;
  } catch (error) {
    // An error of anyone else's may quote what it was given, so it goes no further than here.
    const fault =
      error instanceof DecryptCustomerInputError
        ? error
        : new DecryptCustomerInputError("unexpected", "an error that is not told, for what it could hold");
    logger.error("Invocation failed", {
      ...logged,
      outcome: "error",
      errorCode: fault.code,
      ...measured(),
    });
    metrics.failed(fault.code);
    throw fault;
  } finally {
    const { milliseconds } = measured();
    const stale = parameters.takeStale();
    for (const secret of stale)
      logger.warn("Secret not refreshed", { ...logged, warningCode: "secret-stale", ...secret });
    metrics.invoked({
      decrypted: inputs?.decrypted ?? 0,
      keyCacheMisses: privateKeys.takeMisses(),
      staleSecrets: stale.length,
      operation: logged.operation,
      milliseconds,
    });
  }
}

const MESSAGES: Record<Operation, string> = {
  prepare: "Key prepared",
  check: "Customer input checked",
  submit: "Customer input checked",
  report: "Call ended",
};

async function respond(request: Request, inputs: Inputs, deadline: number): Promise<FunctionResponse> {
  switch (request.operation) {
    case "prepare":
      await inputs.key(request.keyId);
      return { statusCode: "200", outcome: "prepared" };
    case "check":
      return check(request.field, inputs, settings);
    case "submit":
      return submit(inputs, { ...settings, payment, contactId: request.contactId, deadline });
    case "report":
      return { statusCode: "200", outcome: request.outcome };
  }
}

/** A submit ends the call one way or the other; every other end is reported. */
function count(request: Request, { outcome }: FunctionResponse): void {
  if (outcome === "prepared") return; // nothing of the caller's
  if (request.operation === "report") metrics.ended(request.outcome);
  else metrics.checked(request.operation, outcome);
  if (request.operation === "submit") metrics.ended(outcome === "accepted" ? "accepted" : "declined");
}

/** What of an answer is logged. */
const whatOf = ({ outcome, ...answer }: FunctionResponse) =>
  "field" in answer ? { field: answer.field, outcome } : { outcome };
