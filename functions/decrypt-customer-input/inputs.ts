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
  readonly #keyIds = new Set<string>();
  #decrypted = 0;

  constructor(
    readonly encrypted: Readonly<Record<string, string>>,
    readonly privateKeys: PrivateKeys,
  ) {}

  /** the keys that inputs were encrypted for, of those that have been looked at */
  get keyIds(): string[] {
    return [...this.#keyIds];
  }

  /** how many were decrypted */
  get decrypted(): number {
    return this.#decrypted;
  }

  async typed(field: string): Promise<SensitiveDigits> {
    const encrypted = this.encrypted[field];
    if (encrypted === undefined) {
      throw new DecryptCustomerInputError("invalid-event", `the event's Parameters lack ${field}`);
    }
    if (encrypted === NO_INPUT || encrypted === "") return new SensitiveDigits("");
    const input = readEncryptedInput(encrypted);
    this.#keyIds.add(input.keyId);
    const digits = await decryptInput(input, this.privateKeys);
    this.#decrypted++;
    return digits;
  }
}
