import { SimulatorError } from "./simulator-error";

/** One statement of a policy: of a role's, or, with a principal, of a resource's own. */
export interface PolicyStatement {
  Effect: string;
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Something that a role asks of AWS. */
export interface AccessRequest {
  /** ARN of the role */
  principal: string;
  action: string;
  /** ARN */
  resource: string;
  /** what conditions can ask about, by condition key */
  context?: Readonly<Record<string, string>>;
}

/**
 * Decides as IAM does within one account: what is denied anywhere is denied, and what nothing allows is as well. A
 * resource's policy (of KMS keys, the only kind here) must take part: by naming the role, or by naming the account,
 * which leaves it to the role's own policies. Wildcards are understood; a statement that holds anything else of IAM's
 * language than is known here throws, so that nothing is allowed by being overlooked.
 *
 * Source: "Policy evaluation logic" in IAM's user guide, "Key policies" in KMS's.
 */
export function isAllowed(
  request: AccessRequest,
  identityPolicy: readonly PolicyStatement[],
  resourcePolicy?: readonly PolicyStatement[],
): boolean {
  const ofIdentity = identityPolicy.filter((statement) => applies(statement, request));
  const ofResource = (resourcePolicy ?? []).filter((statement) => applies(statement, request));
  const named = ofResource.filter((statement) => names(statement, request.principal));
  const delegated = ofResource.filter((statement) => names(statement, accountOf(request.principal)));
  if ([...ofIdentity, ...named, ...delegated].some(({ Effect }) => Effect !== "Allow")) return false;
  if (named.length > 0) return true;
  return ofIdentity.length > 0 && (resourcePolicy === undefined || delegated.length > 0);
}

const KNOWN = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

function applies(statement: PolicyStatement, { principal, action, resource, context = {} }: AccessRequest): boolean {
  const unknown = Object.keys(statement).find((name) => !KNOWN.includes(name));
  if (unknown) throw new SimulatorError(`The simulator does not know the policy element ${unknown}.`);
  const known: Record<string, string> = { ...context, "aws:PrincipalArn": principal };
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) })),
  );
  return (
    listOf(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    listOf(statement.Resource).some((pattern) => matches(pattern, resource)) &&
    // every one of them is looked at, so that an operator that is not known throws wherever it stands
    conditions.map(({ operator, key, values }) => holds(operator, values, known[key])).every(Boolean)
  );
}

/** Of several values one is enough. What the request does not tell meets no condition but `Null`. */
function holds(operator: string, values: string[], actual: string | undefined): boolean {
  const compare = OPERATORS[operator];
  if (operator === "Null") return values.includes(String(actual === undefined));
  if (!compare) throw new SimulatorError(`The simulator does not know the condition operator ${operator}.`);
  return actual !== undefined && values.some((value) => compare(value, actual));
}

const OPERATORS: Record<string, (value: string, actual: string) => boolean> = {
  StringEquals: (value, actual) => value === actual,
  StringLike: matches,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (value, actual) => value.toLowerCase() === actual.toLowerCase(),
};

function names({ Principal }: PolicyStatement, arn: string): boolean {
  if (Principal === undefined) return false;
  return Principal === "*" || listOf(Principal.AWS ?? []).some((principal) => principal === "*" || principal === arn);
}

const accountOf = (principal: string) => principal.replace(/:[^:]*$/, ":root");

/** `*` stands for anything, `?` for one character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

/** Part by part: a wildcard in an ARN does not reach beyond its colons, but for the last part. */
function matchesArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === parts.length && patterns.every((each, index) => matches(each, parts[index] ?? ""));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const listOf = (value: string | string[]) => [value].flat();
