import type { KeyObject } from "node:crypto";
import { NO_INPUT } from "../../encryption/connect-format";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { decryptInput, readEncryptedInput } from "./encrypted-input";
import { DecryptCustomerInputError } from "./errors";
import type { PrivateKeys } from "./private-keys";

/** The encrypted inputs of one request. After a rotation during the call, they are encrypted for different keys. */
export class Inputs {
  /** One fetch of a key serves all inputs of the request. */
  readonly #keys = new Map<string, Promise<KeyObject>>();
  #decrypted = 0;

  constructor(
    /** base64, by field name */
    readonly encrypted: Readonly<Record<string, string>>,
    readonly privateKeys: PrivateKeys,
    /** when all keys must be fetched, in milliseconds since 1970 */
    readonly deadline: number,
  ) {}

  /** the keys that this request needed so far */
  get keyIds(): string[] {
    return [...this.#keys.keys()];
  }

  /** the number of inputs that were decrypted */
  get decrypted(): number {
    return this.#decrypted;
  }

  privateKey(keyId: string): Promise<KeyObject> {
    const key = this.#keys.get(keyId) ?? this.privateKeys.get(keyId, this.deadline);
    this.#keys.set(keyId, key);
    return key;
  }

  /** Returns the digits that the caller entered for a field: none if Connect stored no input. */
  async decryptField(field: string): Promise<SensitiveDigits> {
    const encrypted = this.encrypted[field];
    if (encrypted === undefined) {
      throw new DecryptCustomerInputError("invalid-event", `the event's Parameters lack ${field}`);
    }
    if (encrypted === NO_INPUT || encrypted === "") return new SensitiveDigits("");
    const input = readEncryptedInput(encrypted);
    const digits = await decryptInput(input, await this.privateKey(input.keyId));
    this.#decrypted++;
    return digits;
  }
}
