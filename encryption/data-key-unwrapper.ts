import { type KeyObject, webcrypto } from "node:crypto";
import { OAEP_HASH } from "./connect-format";

const OAEP = { name: "RSA-OAEP", hash: OAEP_HASH.replace("sha", "SHA-") };

/**
 * A private RSA key that unwraps data keys in Node's thread pool: several side by side, and beside whatever else there is
 * to do (docs/decisions/0005-decryption-speed.md).
 */
export class DataKeyUnwrapper {
  /** Node locks a key for as long as it is used: each operation takes a copy that no other has. As many as a request has inputs. */
  readonly #idle: webcrypto.CryptoKey[] = [];

  readonly #privateKey: KeyObject;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.#copy().then(
      (key) => this.#idle.push(key),
      () => {}, // an operation then finds none, and its own copy fails
    );
  }

  /** Throws where the data key was wrapped for another private key, or changed. */
  async unwrap(wrapped: Uint8Array): Promise<Uint8Array> {
    // No `await` where there is one: the operation would then begin only after all that its caller does at once.
    const key = this.#idle.pop() ?? (await this.#copy());
    try {
      return new Uint8Array(await webcrypto.subtle.decrypt(OAEP, key, wrapped));
    } finally {
      this.#idle.push(key);
    }
  }

  async #copy(): Promise<webcrypto.CryptoKey> {
    const der = this.#privateKey.export({ type: "pkcs8", format: "der" });
    try {
      return await webcrypto.subtle.importKey("pkcs8", der, OAEP, false, ["decrypt"]);
    } finally {
      der.fill(0);
    }
  }
}
