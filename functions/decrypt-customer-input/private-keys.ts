import { createPrivateKey, type KeyObject } from "node:crypto";
import { DecryptCustomerInputError } from "./errors";
import { ParameterNotGrantedError } from "./parameter-store";
import type { SecureParameters } from "./secure-parameters";

/** Private keys in Parameter Store, by the id that Connect gave their public keys. */
export class PrivateKeys {
  constructor(
    readonly parameterPrefix: string,
    readonly parameters: SecureParameters,
  ) {}

  #misses = 0;

  /** How often a key had to be fetched since this was last asked. */
  takeMisses(): number {
    const misses = this.#misses;
    this.#misses = 0;
    return misses;
  }

  /** @param deadline when there must be an answer, in milliseconds since 1970 */
  async get(keyId: string, deadline: number): Promise<KeyObject> {
    const name = `${this.parameterPrefix}${keyId}`;
    if (!this.parameters.has(name)) this.#misses++;
    try {
      return await this.parameters.get(name, parsePrivateKey, deadline);
    } catch (error) {
      if (error instanceof ParameterNotGrantedError) {
        throw new DecryptCustomerInputError("unknown-key-id", `no key of this id is deployed here: ${keyId}`);
      }
      throw error;
    }
  }
}

function parsePrivateKey(value: string): KeyObject {
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
