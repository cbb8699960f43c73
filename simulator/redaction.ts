import type { SensitiveDigits } from "../encryption/sensitive-digits";

/** Shorter runs say nothing about a card. */
const SHORTEST_RUN = 4;
/** From this length on a run is the caller's wherever it stands, and is more than PCI DSS lets be shown. */
const UNMISTAKABLE_RUN = 7;

/** Digits, also as people group them. */
const GROUPED = /\d(?:[ .-]?\d)+/g;
/** Four digits may stand in an id or a date by chance, and are hidden only where they stand alone. */
const STANDING_ALONE = /(?<![\w+/.:-])\d+(?![\w+/:-]|\.\d)/g;

/** Keeps what a caller typed out of everything that is shown: each part of it becomes dots. */
export class Redaction {
  readonly #typed: SensitiveDigits[] = [];

  learn(typed: SensitiveDigits): void {
    if (typed.length >= SHORTEST_RUN) this.#typed.push(typed);
  }

  /** The same value with dots in its texts, names and numbers. */
  hide<T>(value: T): T {
    if (typeof value === "string") return this.#hideIn(value) as T;
    if (typeof value === "number") return (this.betrayedBy(String(value)) ? this.#hideIn(String(value)) : value) as T;
    if (Array.isArray(value)) return value.map((item) => this.hide(item)) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [this.#hideIn(name), this.hide(inner)]),
    ) as T;
  }

  /** Whether a text holds more of a card number than may be shown to anyone. */
  betrayedBy(text: string): boolean {
    return [...text.matchAll(GROUPED)].some(([run]) => this.#holdsRunOf(run));
  }

  #hideIn(text: string): string {
    return text
      .replace(GROUPED, (run) => (this.#holdsRunOf(run) ? dots(run) : run))
      .replace(STANDING_ALONE, (run) => (run.length >= SHORTEST_RUN && this.#isPart(run) ? dots(run) : run));
  }

  #holdsRunOf(grouped: string): boolean {
    const run = grouped.replace(/\D/g, "");
    for (let start = 0; start + UNMISTAKABLE_RUN <= run.length; start++) {
      if (this.#isPart(run.slice(start, start + UNMISTAKABLE_RUN))) return true;
    }
    return false;
  }

  #isPart(run: string): boolean {
    return this.#typed.some((typed) => typed.reveal().includes(run));
  }
}

const dots = (run: string): string => run.replace(/\d/g, "•");
