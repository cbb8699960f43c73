import type { KeyPress, Keypad } from "./keypad";
import { SimulatorError } from "./simulator-error";

/** The word of a caller who stays silent at a prompt. */
const SILENT = "-";

/**
 * Plays a script: one word a prompt, `-` for silence. After a word the caller waits; after the last word they hang up.
 * No time passes. The words are never quoted in an error: they may be a card number.
 */
export class ScriptedKeypad implements Keypad {
  readonly #words: string[];
  #keys: string[] | undefined;

  constructor(script: string) {
    this.#words = script.split(/\s+/).filter((word) => word !== "");
    const wrong = this.#words.findIndex((word) => word !== SILENT && !/^[0-9*#]+$/.test(word));
    if (wrong >= 0) {
      throw new SimulatorError(
        `Word ${wrong + 1} of the keys holds something that a telephone has no key for: use 0-9, * and #, or "-" alone for silence.`,
      );
    }
  }

  /** how many words no prompt has asked for yet */
  get wordsLeft(): number {
    return this.#words.length;
  }

  startPrompt(): void {
    const word = this.#words.shift();
    this.#keys = word === SILENT ? [] : word?.split("");
  }

  async nextKey(): Promise<KeyPress> {
    if (!this.#keys) return "hang-up";
    const key = this.#keys.shift();
    return key === undefined ? "silence" : { key };
  }
}
