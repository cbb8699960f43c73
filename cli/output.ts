import pc from "picocolors";
import { fitted } from "./wrap";

/** Numbers as long as a card number: an error message about a wrong command line must not repeat one. */
const CARD_LIKE = /\d(?:[ .-]?\d){11,}/g;

export const hideNumbers = (text: string): string => text.replace(CARD_LIKE, (run) => run.replace(/\d/g, "•"));

/** Text from a message or a certificate could contain control sequences for the terminal. */
const printable = (value: string | number): string => String(value).replace(/\p{Cc}/gu, "�");

/** Columns in front of what a speaker says in a call. */
export const SPEAKER_WIDTH = 10;

/** Prints one JSON object in one line. */
export const printJson = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

/** Prints one line, wrapped on a terminal. */
export const printLine = (text: string): void => {
  process.stdout.write(`${fitted(printable(text), process.stdout)}\n`);
};

/** Prints a row in each line, with the values in one column. */
export function printTable(rows: readonly (readonly [name: string, value: string | number])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) process.stdout.write(`${pc.dim(name.padEnd(width))}  ${printable(value)}\n`);
}
