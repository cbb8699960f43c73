import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import type { ErrorCode } from "../../contract/error-codes";
import { DecryptCustomerInputError } from "./errors";
import { readLimitedBody } from "./limited-body";

const CONNECTION_MILLISECONDS = 1_000;
const ATTEMPT_MILLISECONDS = 2_000;
/** No attempt starts with less time left. */
const MIN_ATTEMPT_MILLISECONDS = 300;
const FIRST_PAUSE_MILLISECONDS = 300;
const MAX_PAUSE_MILLISECONDS = 1_500;
/** Parameter Store's values have at most 8 KB; the response is JSON with some more properties. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * The role's policy does not allow this parameter. The policy names all deployed parameters, so the parameter is not one of
 * them. Parameter Store does not reveal to such a role whether the parameter exists.
 */
export class ParameterNotGrantedError extends DecryptCustomerInputError {}

/** IAM's text if no policy allows or denies an action. Source: "Access denied error messages" in the IAM user guide. */
const NOT_GRANTED = "no identity-based policy allows the ssm:GetParameter action";

/**
 * Fetches the decrypted value of a parameter. Throttling, broken connections and internal errors of Parameter Store are
 * retried until the deadline. All other errors are thrown at once.
 *
 * @param deadline when the fetch must have ended, in milliseconds since 1970
 */
export async function fetchParameter(name: string, deadline: number): Promise<string> {
  // A new client for each fetch. A client's retry budget is never fully refilled, and an open connection may have broken
  // while Lambda had the process frozen.
  const ssm = new SSMClient({
    retryStrategy: retriesUntil(deadline),
    requestHandler: {
      connectionTimeout: CONNECTION_MILLISECONDS,
      requestTimeout: ATTEMPT_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
  });
  const tooLong = () =>
    new DecryptCustomerInputError(
      "parameter-unavailable",
      `Parameter Store's response has more than ${MAX_RESPONSE_BYTES} bytes for the parameter: ${name}`,
    );
  // The SDK reads a response of any length into memory. This reads it first, between the SDK's request handler and parser.
  ssm.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const response = result.response as { body: AsyncIterable<Uint8Array> | Uint8Array };
      if (!(response.body instanceof Uint8Array)) {
        response.body = await readLimitedBody(response.body, MAX_RESPONSE_BYTES, tooLong);
      }
      return result;
    },
    { step: "deserialize", priority: "low", name: "limitResponse" },
  );
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
      // The timeouts of the request handler end with the response's headers. This one also covers its body.
      abortSignal: AbortSignal.timeout(Math.max(0, deadline - Date.now())),
    });
    return Parameter?.Value ?? "";
  } catch (error) {
    if (error instanceof DecryptCustomerInputError) throw error;
    if ((error as Error).message?.includes(NOT_GRANTED)) {
      throw new ParameterNotGrantedError("parameter-denied", `the function's role is not allowed to read ${name}`);
    }
    const [code, reason] = explain((error as Error).name);
    throw new DecryptCustomerInputError(code, `${reason}: ${name}`);
  } finally {
    ssm.destroy();
  }
}

/**
 * Parameter Store may throttle hundreds of environments at the same time. So each waits for a random time: at first up to
 * 0.3 s, later up to 1.5 s, and never beyond the last possible attempt.
 */
function retriesUntil(deadline: number): ConfiguredRetryStrategy {
  const lastAttempt = deadline - MIN_ATTEMPT_MILLISECONDS;
  const pause = (attempt: number) => {
    const longest = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1), MAX_PAUSE_MILLISECONDS);
    return Math.max(0, Math.min(longest, lastAttempt - Date.now())) * (1 / 3 + (2 / 3) * Math.random());
  };
  return new ConfiguredRetryStrategy(async () => (Date.now() < lastAttempt ? Number.POSITIVE_INFINITY : 0), pause);
}

function explain(errorName: string): [ErrorCode, string] {
  switch (errorName) {
    case "ParameterNotFound":
      return ["parameter-missing", "the parameter does not exist"];
    // InvalidKeyId: the KMS key is disabled or scheduled for deletion
    case "AccessDeniedException":
    case "InvalidKeyId":
      return ["parameter-denied", "the function's role is not allowed to read or decrypt the parameter"];
    case "AbortError":
    case "TimeoutError":
      return ["parameter-unavailable", "Parameter Store did not respond in time for the parameter"];
    default:
      return ["parameter-unavailable", `Parameter Store responded with ${errorName} for the parameter`];
  }
}
