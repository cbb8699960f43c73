import { SensitiveDigits } from "../encryption/sensitive-digits";

/** A key of the caller's telephone, or that none came within the time, or that the caller is gone. */
export type KeyPress = { key: string } | "silence" | "hang-up";

/** The caller's hands. */
export interface Keypad {
  /** A prompt is about to take keys. `promptText` is what the caller listens to first. */
  startPrompt(promptText: string): void;
  /** The next key, within a time in seconds. */
  nextKey(limitSeconds: number): Promise<KeyPress>;
  /** The prompt takes no more keys. */
  endPrompt?(): void;
  /** How many digits of this prompt are taken so far, after each key: to be shown as dots. */
  showTaken?(count: number): void;
}

export interface DigitRules {
  maximumLength: number;
  /** keys that end the input, not part of it */
  terminationSequence: string;
  /** whether `*` clears what was typed */
  cancelKey: boolean;
  firstDigitSeconds: number;
  interdigitSeconds: number;
}

/** Takes digits as "Store customer input" does, until one of the rules ends it. Without any digit it is silence. */
export async function takeDigits(keypad: Keypad, rules: DigitRules): Promise<SensitiveDigits | "silence" | "hang-up"> {
  let typed = "";
  for (;;) {
    const press = await keypad.nextKey(typed === "" ? rules.firstDigitSeconds : rules.interdigitSeconds);
    if (press === "hang-up") return press;
    if (press === "silence") return typed === "" ? press : new SensitiveDigits(typed);
    const { key } = press;
    if (key === "*" && rules.cancelKey && !rules.terminationSequence.includes("*")) {
      typed = "";
    } else {
      typed += key;
      if (typed.endsWith(rules.terminationSequence)) {
        return new SensitiveDigits(typed.slice(0, -rules.terminationSequence.length));
      }
    }
    keypad.showTaken?.(typed.length);
    if (typed.length >= rules.maximumLength) return new SensitiveDigits(typed);
  }
}
