import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DecryptCustomerInputError, type ErrorCode } from "./errors";

/** Sooner than the function's own 7 s: a slow Parameter Store is then an error in the log, not a killed function. */
const PATIENCE_MILLISECONDS = 5_500;
const ATTEMPT_MILLISECONDS = 2_500;

/**
 * The role's policy, which names every parameter that is deployed, has no statement for this one. It is how Parameter
 * Store answers for those that do not exist, too: who may not read a parameter does not learn that.
 */
export class ParameterNotGrantedError extends DecryptCustomerInputError {}

/** IAM's words where nothing allows what nothing denies either: "Access denied error messages" in its user guide. */
const NOT_GRANTED = "no identity-based policy allows the ssm:GetParameter action";

/** Secrets in Parameter Store, kept for a bounded time, so that a rotated or withdrawn one is noticed, and forgotten. */
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

  constructor(readonly cacheSeconds: number) {}

  has(name: string): boolean {
    this.#forgetExpired();
    return this.#cache.has(name);
  }

  /**
   * @param parse what is kept of the parameter's value; where it throws, nothing is
   * @param signal for a caller that can wait less long
   */
  async get<Secret>(
    name: string,
    parse: (value: string) => Secret,
    signal = AbortSignal.timeout(PATIENCE_MILLISECONDS),
  ): Promise<Secret> {
    this.#forgetExpired();
    const cached = this.#cache.get(name);
    // A parameter is read by one reader alone, and so with one `parse`.
    if (cached) return cached.secret as Secret;
    const secret = parse(await this.#fetch(name, signal));
    this.#cache.set(name, { secret, expires: Date.now() + this.cacheSeconds * 1000 });
    return secret;
  }

  /** All of them: a key that was rotated out is never asked for again. */
  #forgetExpired(): void {
    for (const [name, { expires }] of this.#cache) if (expires <= Date.now()) this.#cache.delete(name);
  }

  async #fetch(Name: string, abortSignal: AbortSignal): Promise<string> {
    try {
      const { Parameter } = await this.#ssm.send(new GetParameterCommand({ Name, WithDecryption: true }), {
        // The handler's time-outs end at the response's headers; this one holds for its body, too.
        abortSignal,
      });
      return Parameter?.Value ?? "";
    } catch (error) {
      if ((error as Error).message?.includes(NOT_GRANTED)) {
        throw new ParameterNotGrantedError("parameter-denied", `the function's role has no right to read ${Name}`);
      }
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
