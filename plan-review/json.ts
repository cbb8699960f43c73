import { isObject } from "../flow-validation/json";

/** Terraform's plans and the flows in them nest about 20 levels deep. A limit is needed because some functions are recursive. */
export const MAX_JSON_DEPTH = 100;

/** Whether JSON is nested too deep, or has a key that zod and other code would skip. No plan of this project has either. */
export function isUnsafeJson(json: unknown): boolean {
  const waiting: [value: unknown, depth: number][] = [[json, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth >= MAX_JSON_DEPTH || Object.hasOwn(value, "__proto__")) return true;
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
  return false;
}

/**
 * The value of a JSON text. Undefined if `text` is not a string or not JSON, is {@link isUnsafeJson}, or has an object with
 * the same key twice: AWS may read the other one of the two.
 */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return isUnsafeJson(json) || numberOfKeys(json) !== numberOfKeyTexts(text) ? undefined : json;
  } catch {
    return undefined;
  }
}

const numberOfKeys = (json: unknown): number =>
  typeof json !== "object" || json === null
    ? 0
    : Object.values(json).reduce((sum: number, inner) => sum + numberOfKeys(inner), 0) +
      (Array.isArray(json) ? 0 : Object.keys(json).length);

/** Strings that a colon follows. */
const numberOfKeyTexts = (text: string): number =>
  [...text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/g)].filter(([, colon]) => colon === ":").length;

/**
 * Parses JSON like `JSON.parse`, but a number that JavaScript would round becomes its text: two numbers that differ stay
 * different.
 */
export function parseExactJson(text: string): unknown {
  const mayHaveLongNumber = /[[:,]\s*-?\d[\d.eE+-]{15}|[[:,]\s*-?[\d.]+[eE]/.test(text);
  if (!mayHaveLongNumber) return JSON.parse(text);
  return JSON.parse(
    text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') || isExactNumber(token) ? token : JSON.stringify(token),
    ),
  );
}

const isExactNumber = (token: string): boolean =>
  /^-?\d+$/.test(token) ? Number.isSafeInteger(Number(token)) : token.length < 16 && Number.isFinite(Number(token));

/** Whether two values have the same JSON. The order of keys does not matter; undefined equals null. */
export const isSameJson = (one: unknown, other: unknown): boolean =>
  isScalar(one) || isScalar(other) ? (one ?? null) === (other ?? null) : canonicalJson(one) === canonicalJson(other);

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;

/** No value: null, or an empty text, list or object. */
export const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.keys(value).length === 0
    : value === undefined || value === null || value === "";

/** JSON with sorted keys. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, inner) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

/** JSON in one line, with spaces so that the line can be wrapped. */
export const jsonLine = (value: unknown, replacer?: (key: string, value: unknown) => unknown): string =>
  JSON.stringify(value, replacer, 1)
    .replace(/\n\s*(?=[}\]])|(?<=[{[])\n\s*/g, "")
    .replace(/\n\s*/g, " ");
