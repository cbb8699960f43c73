import wrapAnsi from "wrap-ansi";

/** Width for output that is no terminal: a file, a pipe, or the log of a workflow. */
const DEFAULT_COLUMNS = 80;

/**
 * Wraps a text into lines that fit the terminal. The label is in front of the first line. A word that is longer than a
 * line is broken.
 *
 * @param indent of the lines after the first; at least the width of the label
 */
export function wrapped(label: string, text: string, indent = label.length, columns?: number): string[] {
  const width = Math.max((columns ?? process.stdout.columns ?? DEFAULT_COLUMNS) - indent, DEFAULT_COLUMNS / 4);
  const [first = "", ...others] = wrapAnsi(text, width, { hard: true }).split("\n");
  return [label + first, ...others.map((line) => " ".repeat(indent) + line)];
}

/** Wraps the lines that are too long for a terminal. For a file or a pipe the text stays as it is. */
export function fitted(text: string, { isTTY, columns }: NodeJS.WriteStream): string {
  if (!isTTY) return text;
  const lines = text.split("\n").flatMap((line) => {
    if (line.length <= columns) return line;
    const [indentation = ""] = /^ */.exec(line) ?? [];
    return wrapped(indentation, line.slice(indentation.length), indentation.length + 2, columns);
  });
  return lines.join("\n");
}
