import type { SensitiveDigits } from "../encryption/sensitive-digits";

/** Shorter runs reveal nothing about a card. */
const SHORTEST_RUN = 4;
/** A run of this length cannot match by chance, and PCI DSS does not allow to show it. */
const UNMISTAKABLE_RUN = 7;

/** Digits, also in groups as people write them. */
const GROUPED = /\d(?:[ .-]?\d)+/g;
/** Four digits can be part of an id or a date by chance, so they are hidden only where they stand alone. */
const STANDING_ALONE = /(?<![\w+/.:-])\d+(?![\w+/:-]|\.\d)/g;

/** Replaces the digits that a caller entered with dots, in everything that a call shows. */
export class Redaction {
  readonly #inputs: SensitiveDigits[] = [];

  /** Adds an input. From then on its digits are hidden. */
  learn(input: SensitiveDigits): void {
    if (input.length >= SHORTEST_RUN) this.#inputs.push(input);
  }

  /** A copy of the value with dots in its texts, property names and numbers. */
  hide<T>(value: T): T {
    if (typeof value === "string") return this.#hideIn(value) as T;
    if (typeof value === "number") {
      return (this.containsTypedDigits(String(value)) ? this.#hideIn(String(value)) : value) as T;
    }
    if (Array.isArray(value)) return value.map((item) => this.hide(item)) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [this.#hideIn(name), this.hide(inner)]),
    ) as T;
  }

  /** Whether a text contains more of an input than may be shown. */
  containsTypedDigits(text: string): boolean {
    return [...text.matchAll(GROUPED)].some(([run]) => this.#containsInput(run));
  }

  #hideIn(text: string): string {
    return text
      .replace(GROUPED, (run) => (this.#containsInput(run) ? dots(run) : run))
      .replace(STANDING_ALONE, (run) => (run.length >= SHORTEST_RUN && this.#isPartOfInput(run) ? dots(run) : run));
  }

  #containsInput(grouped: string): boolean {
    const run = grouped.replace(/\D/g, "");
    for (let start = 0; start + UNMISTAKABLE_RUN <= run.length; start++) {
      if (this.#isPartOfInput(run.slice(start, start + UNMISTAKABLE_RUN))) return true;
    }
    return false;
  }

  #isPartOfInput(run: string): boolean {
    return this.#inputs.some((input) => input.reveal().includes(run));
  }
}

const dots = (run: string): string => run.replace(/\d/g, "•");
