import { SensitiveDigits } from "../encryption/sensitive-digits";

/** A key of the caller's telephone, no key within the time limit, or the end of the call by the caller. */
export type KeyPress = { key: string } | "silence" | "hang-up";

/** The caller's keypad. */
export interface Keypad {
  /** Called when a prompt starts to accept keys. `promptText` is what the caller hears first. */
  startPrompt(promptText: string): void;
  /** Waits for the next key, up to a time limit in seconds. */
  nextKey(limitSeconds: number): Promise<KeyPress>;
  /** Called when the prompt accepts no more keys. */
  endPrompt?(): void;
  /** Called after each key with the number of digits of this prompt, to show as dots. */
  showTaken?(count: number): void;
}

export interface DigitRules {
  maximumLength: number;
  /** keys that end the input and are not part of it */
  terminationSequence: string;
  /** whether `*` deletes the digits entered so far */
  cancelKey: boolean;
  firstDigitSeconds: number;
  interdigitSeconds: number;
}

/** Takes digits like the block "Store customer input", until a rule ends the input. An input without keys is silence. */
export async function takeDigits(keypad: Keypad, rules: DigitRules): Promise<SensitiveDigits | "silence" | "hang-up"> {
  let digits = "";
  for (;;) {
    const press = await keypad.nextKey(digits === "" ? rules.firstDigitSeconds : rules.interdigitSeconds);
    if (press === "hang-up") return press;
    if (press === "silence") return digits === "" ? press : new SensitiveDigits(digits);
    const { key } = press;
    if (key === "*" && rules.cancelKey && !rules.terminationSequence.includes("*")) {
      digits = "";
    } else {
      digits += key;
      if (digits.endsWith(rules.terminationSequence)) {
        return new SensitiveDigits(digits.slice(0, -rules.terminationSequence.length));
      }
    }
    keypad.showTaken?.(digits.length);
    if (digits.length >= rules.maximumLength) return new SensitiveDigits(digits);
  }
}
