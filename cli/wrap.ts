import wrapAnsi from "wrap-ansi";

/** Where nobody says how wide it is: a file, a pipe, or a workflow's log. */
const COLUMNS = 80;

/**
 * A text in lines that fit the terminal, the first one after a label, the others below it. What has no spaces is broken
 * anywhere.
 *
 * @param indent of the lines after the first, at least as wide as the label
 */
export function wrapped(label: string, text: string, indent = label.length, columns?: number): string[] {
  const width = Math.max((columns ?? process.stdout.columns ?? COLUMNS) - indent, COLUMNS / 4);
  const [first = "", ...others] = wrapAnsi(text, width, { hard: true }).split("\n");
  return [label + first, ...others.map((line) => " ".repeat(indent) + line)];
}
