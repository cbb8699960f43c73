/** JSON in one line, with spaces where the line can be broken. */
export const jsonLine = (value: unknown, replacer?: (key: string, value: unknown) => unknown): string =>
  JSON.stringify(value, replacer, 1)
    .replace(/\n\s*(?=[}\]])|(?<=[{[])\n\s*/g, "")
    .replace(/\n\s*/g, " ");
