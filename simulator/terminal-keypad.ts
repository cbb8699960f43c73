import { emitKeypressEvents, type Key } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import type { KeyPress, Keypad } from "./keypad";

/** Speed of a spoken prompt. Connect's time limit starts when the prompt ends. */
const CHARACTERS_A_SECOND = 15;

/** Uses the terminal's keyboard as a telephone keypad: 0-9, `*` and `#`. Ctrl-C hangs up. Digits appear as dots. */
export class TerminalKeypad implements Keypad {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #waiting: KeyPress[] = [];
  readonly #delayed: (() => void)[] = [];
  #isPrompting = false;
  #wake: ((press: KeyPress) => void) | undefined;
  #promptSeconds = 0;
  #hungUp = false;
  #hintShown = false;

  /** @param label in front of the dots */
  constructor(
    input: ReadStream,
    output: WriteStream,
    readonly label = "",
  ) {
    this.#input = input;
    this.#output = output;
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on("keypress", this.#pressed);
    input.on("end", this.#ended);
    input.resume();
  }

  startPrompt(promptText: string): void {
    this.#promptSeconds = promptText.length / CHARACTERS_A_SECOND;
    this.#waiting.length = 0;
    this.#isPrompting = true;
    if (!this.#hintShown)
      this.#output.write(`${" ".repeat(this.label.length)}(0-9; * starts over, # ends, Ctrl-C hangs up)\n`);
    this.#hintShown = true;
  }

  endPrompt(): void {
    this.#output.cursorTo(0);
    this.#output.clearLine(0);
    this.#isPrompting = false;
    for (const show of this.#delayed.splice(0)) show();
  }

  /** Runs `show` now or, during a prompt, after the prompt: other output would appear among the dots. */
  showOutsidePrompt(show: () => void): void {
    if (this.#isPrompting) this.#delayed.push(show);
    else show();
  }

  async nextKey(limitSeconds: number): Promise<KeyPress> {
    const seconds = limitSeconds + this.#promptSeconds;
    this.#promptSeconds = 0;
    if (this.#hungUp) return "hang-up";
    const waiting = this.#waiting.shift();
    if (waiting) return waiting;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.("silence"), seconds * 1000);
      this.#wake = (press) => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(press);
      };
    });
  }

  showTaken(count: number): void {
    this.#output.cursorTo(0);
    this.#output.clearLine(1);
    this.#output.write(`${this.label}${"•".repeat(count)}`);
  }

  get hungUp(): boolean {
    return this.#hungUp;
  }

  /** Returns the terminal to its normal mode. */
  close(): void {
    this.#input.off("keypress", this.#pressed).off("end", this.#ended);
    this.#input.setRawMode(false);
    this.#input.pause();
  }

  readonly #pressed = (character: string | undefined, key: Key): void => {
    if (key.ctrl && (key.name === "c" || key.name === "d")) this.#ended();
    else if (character && /^[0-9*#]$/.test(character)) this.#deliver({ key: character });
  };

  readonly #ended = (): void => {
    this.#hungUp = true;
    this.#deliver("hang-up");
  };

  #deliver(press: KeyPress): void {
    if (this.#wake) this.#wake(press);
    else this.#waiting.push(press);
  }
}
