import type { z } from "zod";

type Issue = z.core.$ZodRawIssue;

/** What is wrong with a setting that says nothing itself of it, for its place to stand before: an error map of Zod's. */
export function settingProblem(issue: Issue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${either(issue.values.map((value) => JSON.stringify(value)))}`;
    case "too_small":
      return "must not be empty";
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, keysOf(issue.inst))).join(", ");
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join(", ");
    case "invalid_union":
      return closest(issue.errors)
        .map(({ path, message }) => [...path, message].join(": "))
        .join(", ");
    default:
      return undefined;
  }
}

const TYPES: Partial<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list, [ … ]",
  object: "an object, { … }",
  record: "an object, { … }",
};

const either = (choices: string[]) => new Intl.ListFormat("en", { type: "disjunction" }).format(choices);

function unknownKey(key: string, known: string[]): string {
  const meant = known.find((other) => isNear(key.toLowerCase(), other.toLowerCase()));
  return `unrecognized key: "${key}" (${meant ? `did you mean "${meant}"?` : `known: ${known.join(", ")}`})`;
}

/** Of a union's problems, those of the alternative that the value came closest to. */
const closest = (alternatives: z.core.$ZodIssue[][]) =>
  alternatives.reduce((best, other) => (depth(other) > depth(best) ? other : best));
const depth = (issues: z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length));

function keysOf(schema: Issue["inst"]): string[] {
  const { def } = (schema as z.core.$ZodObject)._zod;
  return Object.keys(def.shape);
}

/** Whether a third of the letters at most are wrong. */
const isNear = (a: string, b: string) => 3 * edits(a, b) <= Math.max(a.length, b.length);

/** Levenshtein distance: how many letters are added, left out or others. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const above = row;
    row = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
