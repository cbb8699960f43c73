import { Logger } from "@aws-lambda-powertools/logger";
import { SERVICE } from "../../contract/metrics";
import type { Operation } from "../../contract/operations";
import type { FunctionResponse } from "../../contract/response";
import { check } from "./check";
import type { HandlerSettings } from "./environment";
import { DecryptCustomerInputError } from "./errors";
import { parseEvent, type Request } from "./event";
import { Inputs } from "./inputs";
import { FunctionMetrics } from "./metrics";
import { type Clock, type FetchParameter, ParameterCache } from "./parameter-cache";
import { noPayment } from "./payment/connector";
import { HttpsPayment, parseBearerSecret } from "./payment/https";
import { PrivateKeys, parsePrivateKeyParameter } from "./private-keys";
import { submit } from "./submit";

/** Time for the response after Parameter Store or a payment endpoint did not respond. */
const RESPONSE_MILLISECONDS = 500;

export interface HandlerDependencies {
  fetchParameter: FetchParameter;
  clock: Clock;
}

/** The part of Lambda's context that the handler uses. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, context: InvocationContext) => Promise<FunctionResponse>;

const LOG_MESSAGES: Record<Operation, string> = {
  prepare: "Key prepared",
  check: "Customer input checked",
  submit: "Customer input checked",
  report: "Call ended",
};

/**
 * Creates the function's handler. It decrypts and checks what a caller entered in "Store customer input": one field
 * (`check`), or all fields (`submit`). `prepare` fetches the private key, so that the first check does not wait for it.
 * `report` counts how a call ended that did not reach a submit.
 *
 * A caller's mistake is a response. Everything else throws a {@link DecryptCustomerInputError}, and Connect takes the Error
 * branch. The log contains the fields that this file names, and nothing else.
 *
 * @example
 * const handler = createHandler(settings, { fetchParameter, clock: Date.now });
 * await handler(event, context); // { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }
 */
export function createHandler(settings: HandlerSettings, { fetchParameter, clock }: HandlerDependencies): Handler {
  const { cacheSeconds, timeZone } = settings;
  const keyCache = new ParameterCache({ cacheSeconds, fetchParameter, clock, parse: parsePrivateKeyParameter });
  const secretCache = new ParameterCache({ cacheSeconds, fetchParameter, clock, parse: parseBearerSecret });
  const privateKeys = new PrivateKeys(settings.parameterPrefix, keyCache);
  const payment =
    settings.payment.connector === "none" ? noPayment : new HttpsPayment(settings.payment, secretCache, clock);
  const logger = new Logger({ serviceName: SERVICE });
  const metrics = new FunctionMetrics(settings.stage);

  async function respond(request: Request, inputs: Inputs, deadline: number): Promise<FunctionResponse> {
    const context = (fields = settings.fields) => ({ fields, timeZone, now: new Date(clock()) });
    switch (request.operation) {
      case "prepare":
        await inputs.privateKey(request.keyId);
        return { statusCode: "200", outcome: "prepared" };
      case "check":
        return check(request.field, inputs, context(request.fields));
      case "submit":
        return submit(inputs, { ...context(request.fields), payment, contactId: request.contactId, deadline });
      case "report":
        return { statusCode: "200", outcome: request.outcome };
    }
  }

  /** Each call ends with one submit or one report. */
  function countOutcome(request: Request, { outcome }: FunctionResponse): void {
    if (outcome === "prepared") return;
    if (request.operation === "report") metrics.ended(request.outcome);
    else metrics.checked(request.operation, outcome);
    if (request.operation === "submit") metrics.ended(outcome === "accepted" ? "accepted" : "declined");
  }

  return async function handler(event, context) {
    const started = performance.now();
    const logged: { contactId?: string; operation?: Operation } = {};
    let inputs: Inputs | undefined;
    const measured = () => ({ keyIds: inputs?.keyIds ?? [], milliseconds: Math.round(performance.now() - started) });
    try {
      const request = parseEvent(event);
      const deadline = clock() + context.getRemainingTimeInMillis() - RESPONSE_MILLISECONDS;
      inputs = new Inputs(request.inputs, privateKeys, deadline);
      logged.contactId = request.contactId;
      logged.operation = request.operation;
      const response = await respond(request, inputs, deadline);
      logger.info(LOG_MESSAGES[request.operation], { ...logged, ...toLogFields(response), ...measured() });
      countOutcome(request, response);
      return response;
    } catch (thrown) {
      // Errors of libraries may quote their input, so they are replaced.
      const error =
        thrown instanceof DecryptCustomerInputError
          ? thrown
          : new DecryptCustomerInputError(
              "unexpected",
              "unexpected error; details withheld because they may contain card data",
            );
      logger.error("Invocation failed", { ...logged, outcome: "error", errorCode: error.code, ...measured() });
      metrics.failed(error.code);
      throw error;
    } finally {
      const { milliseconds } = measured();
      const staleSecrets = [...keyCache.takeStale(), ...secretCache.takeStale()];
      for (const secret of staleSecrets) {
        logger.warn("Secret not refreshed", { ...logged, warningCode: "secret-stale", ...secret });
      }
      metrics.invoked({
        decrypted: inputs?.decrypted ?? 0,
        keyCacheMisses: privateKeys.takeMisses(),
        staleSecrets: staleSecrets.length,
        operation: logged.operation,
        milliseconds,
      });
    }
  };
}

/** The fields of a response that are logged. */
const toLogFields = ({ outcome, ...response }: FunctionResponse) =>
  "field" in response ? { field: response.field, outcome } : { outcome };
