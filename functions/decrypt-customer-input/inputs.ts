import type { KeyObject } from "node:crypto";
import { NO_INPUT } from "../../encryption/connect-format";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { decryptInput, readEncryptedInput } from "./encrypted-input";
import { DecryptCustomerInputError } from "./errors";
import type { PrivateKeys } from "./private-keys";

/**
 * One request's inputs. Each may be encrypted for another key: a rotation may fall between two fields. What was typed
 * is empty where Connect stored no input.
 */
export class Inputs {
  /** A key is fetched once for all inputs, which are decrypted side by side. */
  readonly #keys = new Map<string, Promise<KeyObject>>();
  #decrypted = 0;

  constructor(
    readonly encrypted: Readonly<Record<string, string>>,
    readonly privateKeys: PrivateKeys,
    /** when the function has to have its answer, in milliseconds since 1970 */
    readonly deadline: number,
  ) {}

  /** the keys that were asked for, so far */
  get keyIds(): string[] {
    return [...this.#keys.keys()];
  }

  /** how many were decrypted */
  get decrypted(): number {
    return this.#decrypted;
  }

  /** The private key for what was, or will be, encrypted under this id. */
  key(keyId: string): Promise<KeyObject> {
    const key = this.#keys.get(keyId) ?? this.privateKeys.get(keyId, this.deadline);
    this.#keys.set(keyId, key);
    return key;
  }

  async typed(field: string): Promise<SensitiveDigits> {
    const encrypted = this.encrypted[field];
    if (encrypted === undefined) {
      throw new DecryptCustomerInputError("invalid-event", `the event's Parameters lack ${field}`);
    }
    if (encrypted === NO_INPUT || encrypted === "") return new SensitiveDigits("");
    const input = readEncryptedInput(encrypted);
    const digits = await decryptInput(input, await this.key(input.keyId));
    this.#decrypted++;
    return digits;
  }
}
