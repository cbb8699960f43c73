import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import type { ErrorCode } from "../../contract/error-codes";
import { DecryptCustomerInputError } from "./errors";

const CONNECTION_MILLISECONDS = 1_000;
const ATTEMPT_MILLISECONDS = 2_000;
/** An attempt that is begun with less time left is not worth it. */
const SHORTEST_ATTEMPT_MILLISECONDS = 300;
const FIRST_PAUSE_MILLISECONDS = 300;
const LONGEST_PAUSE_MILLISECONDS = 1_500;

/**
 * The role's policy, which names every parameter that is deployed, has no statement for this one. It is how Parameter
 * Store answers for those that do not exist, too: who may not read a parameter does not learn that.
 */
export class ParameterNotGrantedError extends DecryptCustomerInputError {}

/** IAM's words where nothing allows what nothing denies either: "Access denied error messages" in its user guide. */
const NOT_GRANTED = "no identity-based policy allows the ssm:GetParameter action";

/**
 * Fetches a parameter's value, decrypted. Throttling, a broken connection and faults of Parameter Store's own are tried
 * again for as long as there is time; what it says of the parameter is told at once.
 *
 * @param deadline when it must have come to an end, in milliseconds since 1970
 */
export async function fetchParameter(name: string, deadline: number): Promise<string> {
  // A client for each fetch: its budget of retries is for life and hardly refills, and a connection that was kept for
  // minutes may have died while Lambda had the process frozen.
  const ssm = new SSMClient({
    retryStrategy: retriesUntil(deadline),
    requestHandler: {
      connectionTimeout: CONNECTION_MILLISECONDS,
      requestTimeout: ATTEMPT_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
  });
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
      // The handler's time-outs end at the response's headers; this one holds for its body, too.
      abortSignal: AbortSignal.timeout(Math.max(0, deadline - Date.now())),
    });
    return Parameter?.Value ?? "";
  } catch (error) {
    if ((error as Error).message?.includes(NOT_GRANTED)) {
      throw new ParameterNotGrantedError("parameter-denied", `the function's role has no right to read ${name}`);
    }
    const [code, reason] = explain((error as Error).name);
    throw new DecryptCustomerInputError(code, `${reason}: ${name}`);
  } finally {
    ssm.destroy();
  }
}

/**
 * Hundreds of environments may be throttled at the same time: each waits for a random while, up to 0.3 s at first and up
 * to 1.5 s later on, never past its last chance.
 */
function retriesUntil(deadline: number): ConfiguredRetryStrategy {
  const lastChance = deadline - SHORTEST_ATTEMPT_MILLISECONDS;
  const pause = (attempt: number) => {
    const longest = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1), LONGEST_PAUSE_MILLISECONDS);
    return Math.max(0, Math.min(longest, lastChance - Date.now())) * (1 / 3 + (2 / 3) * Math.random());
  };
  return new ConfiguredRetryStrategy(async () => (Date.now() < lastChance ? Number.POSITIVE_INFINITY : 0), pause);
}

function explain(errorName: string): [ErrorCode, string] {
  switch (errorName) {
    case "ParameterNotFound":
      return ["parameter-missing", "there is no such parameter"];
    // the latter for a KMS key that is disabled or waits for its deletion
    case "AccessDeniedException":
    case "InvalidKeyId":
      return ["parameter-denied", "the function's role may not read or decrypt the parameter"];
    case "AbortError":
    case "TimeoutError":
      return ["parameter-unavailable", "Parameter Store did not answer in time for the parameter"];
    default:
      return ["parameter-unavailable", `Parameter Store answered ${errorName} for the parameter`];
  }
}
