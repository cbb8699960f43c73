import { inspect } from "node:util";

/**
 * What a caller typed, in clear. It shows itself as dots wherever it is printed, logged, joined or serialized;
 * `reveal` is the one way to the digits, so every place that sees them can be found by that word.
 *
 * @example
 * String(new SensitiveDigits("4111")) // "••••"
 */
export class SensitiveDigits {
  readonly #digits: string;

  constructor(digits: string) {
    this.#digits = digits;
  }

  get length(): number {
    return this.#digits.length;
  }

  reveal(): string {
    return this.#digits;
  }

  toString(): string {
    return "•".repeat(this.#digits.length);
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
