import { createPrivateKey, type KeyObject } from "node:crypto";
import { DecryptCustomerInputError } from "./errors";
import type { ParameterCache } from "./parameter-cache";
import { ParameterNotGrantedError } from "./parameter-store";

/** The private keys in Parameter Store, by Connect's ids of their public keys. */
export class PrivateKeys {
  #misses = 0;

  /** @param parameterPrefix a parameter's name is this prefix and the key id */
  constructor(
    readonly parameterPrefix: string,
    readonly cache: ParameterCache<KeyObject>,
  ) {}

  /** Returns how many keys were not in the cache since the last call of this method. */
  takeMisses(): number {
    const misses = this.#misses;
    this.#misses = 0;
    return misses;
  }

  /** @param deadline when this method must have returned, in milliseconds since 1970 */
  async get(keyId: string, deadline: number): Promise<KeyObject> {
    const name = `${this.parameterPrefix}${keyId}`;
    if (!this.cache.has(name)) this.#misses++;
    try {
      return await this.cache.get(name, deadline);
    } catch (error) {
      if (error instanceof ParameterNotGrantedError) {
        throw new DecryptCustomerInputError(
          "unknown-key-id",
          `no key pair with this key id is deployed with this function: ${keyId}`,
        );
      }
      throw error;
    }
  }
}

export function parsePrivateKeyParameter(value: string): KeyObject {
  try {
    const key = createPrivateKey(value);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // OpenSSL's error may quote its input, so the error below replaces it.
  }
  throw new DecryptCustomerInputError(
    "parameter-not-a-private-key",
    "the parameter's value is not an RSA private key in PEM form",
  );
}
