/** The value of a JSON text; undefined if `text` is not a string or not JSON. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether two values have the same JSON. The order of keys does not matter; undefined equals null. */
export const isSameJson = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** JSON in one line, with spaces so that the line can be wrapped. */
export const jsonLine = (value: unknown, replacer?: (key: string, value: unknown) => unknown): string =>
  JSON.stringify(value, replacer, 1)
    .replace(/\n\s*(?=[}\]])|(?<=[{[])\n\s*/g, "")
    .replace(/\n\s*/g, " ");
