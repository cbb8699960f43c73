import { distance } from "fastest-levenshtein";
import { z } from "zod";

/** A problem that Zod's schemas of the single settings do not find, for example between two settings. */
export interface SettingProblem {
  path: (string | number)[];
  message: string;
}

/**
 * Error map for Zod: messages of the schemas that define none. A message continues the setting's name, such as
 * "stage: must be a string".
 */
export function settingMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${either(issue.values.map((value) => JSON.stringify(value)))}`;
    case "too_small":
      return "must not be empty";
    case "unrecognized_keys":
      return unrecognizedKeys(issue.keys, keysOf(issue.inst));
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join(", ");
    case "invalid_union":
      return closestAlternative(issue.errors)
        .map(({ path, message }) => [...path, message].join(": "))
        .join(", ");
    default:
      return undefined;
  }
}

const TYPES: Partial<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "an array, [ … ]",
  object: "an object, { … }",
  record: "an object, { … }",
};

const either = (choices: string[]) => new Intl.ListFormat("en", { type: "disjunction" }).format(choices);

/** Further keys are only counted. */
const MAX_KEYS = 5;

function unrecognizedKeys(keys: string[], known: string[]): string {
  const others = keys.length - MAX_KEYS;
  const shown = keys.slice(0, MAX_KEYS).map((key) => unrecognizedKey(shortened(key), known));
  return [...shown, ...(others > 0 ? [`and ${others} more`] : [])].join(", ");
}

const MAX_NAME_CHARACTERS = 64;

/** A name from the configuration, for a message: it can be long, or contain control sequences for a terminal. */
export const shortened = (name: string): string =>
  (name.length > MAX_NAME_CHARACTERS ? `${name.slice(0, MAX_NAME_CHARACTERS)}…` : name).replace(/\p{Cc}/gu, "�");

function unrecognizedKey(key: string, known: string[]): string {
  const similar = known.find((other) => isSimilar(key.toLowerCase(), other.toLowerCase()));
  return `unrecognized key: "${key}" (${similar ? `did you mean "${similar}"?` : `known: ${known.join(", ")}`})`;
}

/** Whether at most a third of the letters differ. */
const isSimilar = (a: string, b: string) => 3 * distance(a, b) <= Math.max(a.length, b.length);

/** The issues of the alternative that matches the value best: its first issue is the deepest. */
const closestAlternative = (alternatives: z.core.$ZodIssue[][]) =>
  alternatives.reduce((best, other) => (depth(other) > depth(best) ? other : best));
const depth = (issues: z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length));

const keysOf = (schema: unknown): string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);
