import { isSameJson } from "./json";
import type { PlannedStatement } from "./policies";

/*
 * Compares what policies allow. The comparison is safe, not complete: it may call a statement wider although two other
 * statements together allow as much, but never the other way round.
 */

/** The operands of a condition, or the values of a part of a statement. */
type Entries = string | number | boolean | readonly (string | number | boolean)[];

type Part = "Principal" | "Action" | "Resource";
type Parts = Pick<PlannedStatement, Part>;

/** The values of one part of a statement in lists; principals with their type, such as `AWS arn:…`. */
export function entriesOf(part: Entries | Record<string, Entries> | undefined): string[] {
  if (part === undefined) return [];
  if (typeof part !== "object" || Array.isArray(part)) return [part].flat().map(String);
  return Object.entries(part).flatMap(([type, names]) => [names].flat().map((name) => `${type} ${name}`));
}

/** The principals of a statement: `AWS *` for everybody, and an account by the ARN of its root. */
export const principalsOf = (principals: PlannedStatement["Principal"]): string[] =>
  (typeof principals === "string" ? [`AWS ${principals}`] : entriesOf(principals)).map((principal) =>
    principal.replace(/^AWS (\d{12})$/, "AWS arn:aws:iam::$1:root"),
  );

/** Whether a statement applies to each request that another statement applies to. Effects are not compared. */
export function covers(wide: PlannedStatement, narrow: PlannedStatement): boolean {
  return (
    partCovers("Principal", wide, narrow) &&
    partCovers("Action", wide, narrow) &&
    partCovers("Resource", wide, narrow) &&
    relaxedConditions(wide.Condition, narrow.Condition).length === 0
  );
}

function partCovers(part: Part, wide: PlannedStatement, narrow: PlannedStatement): boolean {
  const except = wide[`Not${part}`];
  if (except !== undefined) {
    const exceptions = entriesOf(narrow[`Not${part}`]);
    return exceptions.length > 0 && entriesOf(except).every((entry) => exceptions.includes(entry));
  }
  if ((wide[part] === undefined) !== (narrow[part] === undefined) || narrow[`Not${part}`] !== undefined) return false;
  return uncovered(part, wide, narrow).length === 0;
}

/** The entries of a part of a statement that another statement's part does not contain. */
export function uncovered(part: Part, wide: Parts | undefined, narrow: Parts): string[] {
  if (part === "Principal") {
    const allowed = principalsOf(wide?.Principal);
    return principalsOf(narrow.Principal).filter(
      (principal) => !allowed.includes(principal) && !(allowed.includes("AWS *") && principal.startsWith("AWS ")),
    );
  }
  // Actions are the same in lower and upper case, resources are not.
  const normal = (entry: string): string => (part === "Action" ? entry.toLowerCase() : entry);
  return notMatched(entriesOf(wide?.[part]).map(normal), entriesOf(narrow[part]), normal);
}

/** More comparisons than a policy of AWS's maximum size needs are not made; then only equal entries count. */
const MAX_COMPARISONS = 100_000;

function notMatched(
  patterns: readonly string[],
  entries: readonly string[],
  normal: (entry: string) => string = (entry) => entry,
): string[] {
  const exact = new Set(patterns);
  const wildcards = patterns.filter(hasWildcard);
  const compare = wildcards.length * entries.length <= MAX_COMPARISONS;
  return entries
    .filter((entry) => !exact.has(normal(entry)))
    .filter((entry) => !(compare && wildcards.some((pattern) => globCovers(pattern, normal(entry)))));
}

export const hasWildcard = (entry: string): boolean => /[*?]/.test(entry);

/** More steps than this are not worth their time: no pattern of AWS is that long. */
const MAX_GLOB_STEPS = 1_000_000;

/**
 * Whether each text that matches `narrow` also matches `wide`. Both can contain `*` (any characters) and `?` (one
 * character). A pattern with a policy variable (`${…}`) covers only itself.
 */
export function globCovers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (wide.includes("${") || wide.length * narrow.length > MAX_GLOB_STEPS) return false;
  let [at, next, star, retry] = [0, 0, -1, 0];
  while (next < narrow.length) {
    if (wide[at] === "*") {
      star = at++;
      retry = next;
    } else if (wide[at] === narrow[next] || (wide[at] === "?" && narrow[next] !== "*")) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++retry;
    } else {
      return false;
    }
  }
  return /^\**$/.test(wide.slice(at));
}

/** An ARN's colons separate its parts, and a wildcard stays in its part; the last part can contain colons. */
function arnCovers(wide: string, narrow: string): boolean {
  const [wideParts, narrowParts] = [wide, narrow].map((arn) => /^(.*?):(.*?):(.*?):(.*?):(.*?):(.*)$/s.exec(arn));
  if (!wideParts || !narrowParts) return wide === narrow;
  return wideParts.slice(1).every((part, index) => globCovers(part, narrowParts[index + 1] ?? ""));
}

/** Operators that one matching value satisfies: with fewer values, fewer requests meet the condition. */
const POSITIVE =
  /^(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress|Bool|Null|NumericEquals|DateEquals|BinaryEquals)$/;
/** Operators that one matching value fails: with more values, fewer requests meet the condition. */
const NEGATIVE =
  /^(StringNotEquals|StringNotEqualsIgnoreCase|StringNotLike|ArnNotEquals|ArnNotLike|NotIpAddress|NumericNotEquals|DateNotEquals)$/;

interface Condition {
  /** as in the policy */
  name: string;
  /** such as `ForAnyValue:`; empty for a key with one value */
  quantifier: string;
  /** without quantifier and `IfExists` */
  operator: string;
  ifExists: boolean;
  /** in lower case: keys are the same in lower and upper case */
  key: string;
  values: string[];
}

const conditionsOf = (conditions: PlannedStatement["Condition"]): Condition[] =>
  Object.entries(conditions ?? {}).flatMap(([operator, keys]) => {
    const [, quantifier = "", base = operator, ifExists] =
      /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/s.exec(operator) ?? [];
    return Object.entries(keys).map(([key, values]) => ({
      name: `${operator} ${key}`,
      quantifier,
      operator: base,
      ifExists: ifExists !== undefined,
      key: key.toLowerCase(),
      values: entriesOf(values),
    }));
  });

/** Conditions that another statement does not have, or that more requests meet there. */
export function relaxedConditions(
  before: PlannedStatement["Condition"],
  after: PlannedStatement["Condition"],
): string[] {
  const now = conditionsOf(after);
  return conditionsOf(before)
    .filter((condition) => !now.some((other) => isAsStrict(other, condition)))
    .map(({ name }) => name);
}

function isAsStrict(strict: Condition, { quantifier, operator, ifExists, key, values }: Condition): boolean {
  if (strict.key !== key || strict.quantifier !== quantifier || strict.operator !== operator) return false;
  // A request without the key meets a condition with IfExists.
  if (strict.ifExists && !ifExists) return false;
  if (POSITIVE.test(operator)) return strict.values.every((value) => isMatched(operator, values, value));
  if (NEGATIVE.test(operator)) return values.every((value) => isMatched(operator, strict.values, value));
  return isSameJson([...strict.values].sort(), [...values].sort());
}

function isMatched(operator: string, patterns: readonly string[], value: string): boolean {
  if (/^Arn/.test(operator)) return patterns.some((pattern) => arnCovers(pattern, value));
  return /Like$/.test(operator) ? notMatched(patterns, [value]).length === 0 : patterns.includes(value);
}
