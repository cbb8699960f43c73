import { containsPrivateKey } from "./private-key";

const MAX_NAME_CHARACTERS = 60;
export const MAX_PATH_CHARACTERS = 200;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const LONG_NUMBER = /\d(?:[ .-]?\d){6,}/g;

/**
 * A name from the flow, shortened and safe to print. Digits are masked where there are 7 or more in a row, because a
 * flow can contain a card number where a name belongs. A private key is not printed at all.
 */
export function printable(name: string, maxCharacters = MAX_NAME_CHARACTERS): string {
  const short = name.length > maxCharacters ? `${name.slice(0, maxCharacters)}…` : name;
  if (containsPrivateKey(short)) return "(a private key)";
  const visible = short.replace(/\p{Cc}/gu, "�");
  return UUID.test(visible) ? visible : visible.replace(LONG_NUMBER, (run) => run.replace(/\d/g, "•"));
}

export const printablePath = (path: string): string => printable(path, MAX_PATH_CHARACTERS);
