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

/** Text as it is for a file or a pipe, and in lines that fit for a terminal. */
export function fitted(text: string, { isTTY, columns }: NodeJS.WriteStream): string {
  if (!isTTY) return text;
  const lines = text.split("\n").flatMap((line) => {
    if (line.length <= columns) return line;
    const [indentation = ""] = /^ */.exec(line) ?? [];
    return wrapped(indentation, line.slice(indentation.length), indentation.length + 2, columns);
  });
  return lines.join("\n");
}
