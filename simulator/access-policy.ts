import { z } from "zod";
import { SimulatorError } from "./call-events";

const OneOrMore = z.union([z.string(), z.array(z.string())]);

/** A statement of a role's policy or, with a principal, of a resource's policy. */
const PolicyStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: z.union([z.literal("*"), z.record(z.string(), OneOrMore)]).optional(),
  Action: OneOrMore,
  Resource: OneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), OneOrMore)).optional(),
});
export type PolicyStatement = z.infer<typeof PolicyStatement>;

const PolicyDocument = z.object({ Statement: z.array(PolicyStatement) });

/** The statements of a policy in JSON. Throws {@link SimulatorError} if a statement has an unsupported element. */
export function parsePolicy(json: string): PolicyStatement[] {
  const result = PolicyDocument.safeParse(JSON.parse(json));
  if (result.success) return result.data.Statement;
  const { issues } = result.error;
  const unsupported = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  throw new SimulatorError(
    unsupported.length > 0
      ? `The simulator does not support the policy element ${unsupported[0]}.`
      : `The simulator cannot read a policy: its ${issues[0]?.path.join(".")} is missing or wrong.`,
  );
}

/** A request to AWS. */
export interface AccessRequest {
  /** ARN of the role that sends the request */
  principal: string;
  action: string;
  /** ARN */
  resource: string;
  /** values that conditions can check, by condition key */
  context?: Readonly<Record<string, string>>;
}

/**
 * Decides like IAM within one account. A Deny in any policy wins, and a request that no statement allows is denied. A
 * resource policy (here only of KMS keys) must allow the request, too: either it names the role, or it names the account
 * and so delegates the decision to the role's policies. Wildcards are supported. An unsupported condition operator throws,
 * so that no request is allowed because a condition was ignored.
 *
 * Source: "Policy evaluation logic" in IAM's user guide, "Key policies" in KMS's developer guide.
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

function applies(statement: PolicyStatement, { principal, action, resource, context = {} }: AccessRequest): boolean {
  const values: Record<string, string> = { ...context, "aws:PrincipalArn": principal };
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, expected]) => isMet(operator, listOf(expected), values[key])),
  );
  return (
    listOf(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    listOf(statement.Resource).some((pattern) => matches(pattern, resource)) &&
    conditions.every(Boolean)
  );
}

/** One matching value is enough. A condition key that the request lacks meets only `Null`. */
function isMet(operator: string, expected: string[], actual: string | undefined): boolean {
  const compare = OPERATORS[operator];
  if (operator === "Null") return expected.includes(String(actual === undefined));
  if (!compare) throw new SimulatorError(`The simulator does not support the condition operator ${operator}.`);
  return actual !== undefined && expected.some((value) => compare(value, actual));
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

/** `*` matches any text, `?` one character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

/** Compares part by part: a wildcard does not match a colon, except in the last part. */
function matchesArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === parts.length && patterns.every((each, index) => matches(each, parts[index] ?? ""));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const listOf = (value: string | string[]) => [value].flat();
