import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DecryptCustomerInputError, type ErrorCode } from "./errors";

const CACHED_MILLISECONDS = 5 * 60_000;

/** Sooner than the function's own 7 s: a slow Parameter Store is then an error in the log, not a killed function. */
const PATIENCE_MILLISECONDS = 5_500;
const ATTEMPT_MILLISECONDS = 2_500;

/** Secrets in Parameter Store, read anew after five minutes, so that a rotated or withdrawn one is noticed. */
export class SecureParameters {
  readonly #ssm = new SSMClient({
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: ATTEMPT_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
  });
  readonly #cache = new Map<string, { secret: unknown; expires: number }>();

  /**
   * @param parse what is kept of the parameter's value; where it throws, nothing is
   * @param signal for a caller that can wait less long
   */
  async get<Secret>(
    name: string,
    parse: (value: string) => Secret,
    signal = AbortSignal.timeout(PATIENCE_MILLISECONDS),
  ): Promise<Secret> {
    const cached = this.#cache.get(name);
    // A parameter is read by one reader alone, and so with one `parse`.
    if (cached && cached.expires > Date.now()) return cached.secret as Secret;
    const secret = parse(await this.#fetch(name, signal));
    this.#cache.set(name, { secret, expires: Date.now() + CACHED_MILLISECONDS });
    return secret;
  }

  async #fetch(Name: string, abortSignal: AbortSignal): Promise<string> {
    try {
      const { Parameter } = await this.#ssm.send(new GetParameterCommand({ Name, WithDecryption: true }), {
        // The handler's time-outs end at the response's headers; this one holds for its body, too.
        abortSignal,
      });
      return Parameter?.Value ?? "";
    } catch (error) {
      const [code, reason] = explain((error as Error).name);
      throw new DecryptCustomerInputError(code, `${reason}: ${Name}`);
    }
  }
}

function explain(errorName: string): [ErrorCode, string] {
  switch (errorName) {
    case "ParameterNotFound":
      return ["parameter-missing", "there is no such parameter"];
    // the latter for a KMS key that is disabled or waits for its deletion
    case "AccessDeniedException":
    case "InvalidKeyId":
      return ["parameter-denied", "the function's role may not read or decrypt the parameter"];
    default:
      return ["parameter-unavailable", `Parameter Store answered ${errorName} for the parameter`];
  }
}
