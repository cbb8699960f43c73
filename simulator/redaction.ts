import type { SensitiveDigits } from "../encryption/sensitive-digits";

/** Shorter runs say nothing about a card. */
const SHORTEST_RUN = 4;
/** From this length on a run is the caller's wherever it stands, and is more than PCI DSS lets be shown. */
const UNMISTAKABLE_RUN = 7;

const STANDING_ALONE = /(?<![\w+/.:-])\d+(?![\w+/:-]|\.\d)/g;
const ANY_RUN = /\d+/g;

/**
 * Keeps what a caller typed out of everything that is shown: each part of it becomes dots. Four digits may stand in an
 * id or a date by chance, so that short runs are hidden where they stand alone, and long ones anywhere.
 */
export class Redaction {
  readonly #typed: SensitiveDigits[] = [];

  learn(typed: SensitiveDigits): void {
    if (typed.length >= SHORTEST_RUN) this.#typed.push(typed);
  }

  /** The same value, of the same shape, with dots in its texts. */
  hide<T>(value: T): T {
    if (typeof value === "string") return this.#hideIn(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.hide(item)) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.hide(inner)])) as T;
  }

  /** Whether a text holds more of a card number than may be shown to anyone. */
  betrayedBy(text: string): boolean {
    return [...text.matchAll(ANY_RUN)].some(([run]) => this.#holdsRunOf(run, UNMISTAKABLE_RUN));
  }

  #hideIn(text: string): string {
    const dots = (run: string) => "•".repeat(run.length);
    return text
      .replace(ANY_RUN, (run) => (this.#holdsRunOf(run, UNMISTAKABLE_RUN) ? dots(run) : run))
      .replace(STANDING_ALONE, (run) => (run.length >= SHORTEST_RUN && this.#isPart(run) ? dots(run) : run));
  }

  #holdsRunOf(run: string, length: number): boolean {
    for (let start = 0; start + length <= run.length; start++) {
      if (this.#isPart(run.slice(start, start + length))) return true;
    }
    return false;
  }

  #isPart(run: string): boolean {
    return this.#typed.some((typed) => typed.reveal().includes(run));
  }
}
