import { createPrivateKey, type KeyObject } from "node:crypto";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DecryptCustomerInputError, type ErrorCode } from "./errors";

const CACHED_MILLISECONDS = 5 * 60_000;

/** Sooner than the function's own 7 s: a slow Parameter Store is then an error in the log, not a killed function. */
const PATIENCE_MILLISECONDS = 5_500;
const ATTEMPT_MILLISECONDS = 2_500;

/** Private keys in Parameter Store, read anew after five minutes, so that a rotated or withdrawn key is noticed. */
export class PrivateKeys {
  readonly #ssm = new SSMClient({
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: ATTEMPT_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
  });
  readonly #cache = new Map<string, { key: KeyObject; expires: number }>();

  constructor(readonly parameterPrefix: string) {}

  async get(keyId: string): Promise<KeyObject> {
    const cached = this.#cache.get(keyId);
    if (cached && cached.expires > Date.now()) return cached.key;
    const key = parseParameter(await this.#fetch(`${this.parameterPrefix}${keyId}`));
    this.#cache.set(keyId, { key, expires: Date.now() + CACHED_MILLISECONDS });
    return key;
  }

  async #fetch(Name: string): Promise<string> {
    try {
      const { Parameter } = await this.#ssm.send(new GetParameterCommand({ Name, WithDecryption: true }), {
        // The handler's time-outs end at the response's headers; this one holds for its body, too.
        abortSignal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
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

function parseParameter(value: string): KeyObject {
  try {
    const key = createPrivateKey(value);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // said below, without the error: OpenSSL's may quote its input
  }
  throw new DecryptCustomerInputError(
    "parameter-not-a-private-key",
    "the parameter's value is not an RSA private key in PEM form",
  );
}
