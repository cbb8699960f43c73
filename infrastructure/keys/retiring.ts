import type { InputKey } from "./input-key";

/** The keys that a rotation removes next: those that stand before the one the flow encrypts under. */
export const retiring = (inputKeys: readonly InputKey[], current: InputKey): InputKey[] =>
  inputKeys.slice(0, inputKeys.indexOf(current));
