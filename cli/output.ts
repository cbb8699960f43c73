import pc from "picocolors";
import { fitted } from "./wrap";

/** Numbers as long as a card's: a mistyped command must not be answered with the number it held. */
const CARD_LIKE = /\d(?:[ .-]?\d){11,}/g;

export const hideNumbers = (text: string): string => text.replace(CARD_LIKE, (run) => run.replace(/\d/g, "•"));

/** What a message or a certificate says of itself could hold a terminal's own sequences. */
const printable = (value: string | number): string => String(value).replace(/\p{Cc}/gu, "�");

/** One JSON object on a line of stdout. */
export const printJson = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

/** One line of stdout. */
export const printLine = (text: string): void => {
  process.stdout.write(`${fitted(printable(text), process.stdout)}\n`);
};

/** Names and values, one pair a line, the values in a column. */
export function printTable(rows: readonly (readonly [name: string, value: string | number])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) process.stdout.write(`${pc.dim(name.padEnd(width))}  ${printable(value)}\n`);
}
