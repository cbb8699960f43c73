import { SimulatorError } from "./call-events";
import type { KeyPress, Keypad } from "./keypad";

/** The word for silence at a prompt. */
const SILENCE = "-";

/**
 * Plays a script with one word for each prompt, `-` for silence. After a word, the caller presses no more keys at that
 * prompt; after the last word, the caller hangs up. No time passes. Errors never quote a word, which may be a card number.
 */
export class ScriptedKeypad implements Keypad {
  readonly #words: string[];
  #keys: string[] | undefined;

  constructor(script: string) {
    this.#words = script.split(/\s+/).filter((word) => word !== "");
    const wrong = this.#words.findIndex((word) => word !== SILENCE && !/^[0-9*#]+$/.test(word));
    if (wrong >= 0) {
      throw new SimulatorError(
        `Word ${wrong + 1} of the keys contains a character that is not on a telephone: use 0-9, * and #, or "-" alone for silence.`,
      );
    }
  }

  /** number of words that no prompt has used yet */
  get wordsLeft(): number {
    return this.#words.length;
  }

  startPrompt(): void {
    const word = this.#words.shift();
    this.#keys = word === SILENCE ? [] : word?.split("");
  }

  async nextKey(): Promise<KeyPress> {
    if (!this.#keys) return "hang-up";
    const key = this.#keys.shift();
    return key === undefined ? "silence" : { key };
  }
}
