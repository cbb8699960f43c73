import { inspect } from "node:util";

/**
 * Digits that a caller entered. Printing, logging, joining or serializing them shows dots. Only `reveal` returns the
 * digits, so searching the code for that word finds every place that reads them.
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
