import { z } from "zod";
import { canonicalJson, parseJson } from "./json";

/** IAM takes one value in place of a list with one value. */
const OneOrMany = z.union([z.string(), z.array(z.string())]);
/** `*`, or names by type: `{ "AWS": "arn:…" }` */
const Principals = z.union([z.string(), z.record(z.string(), OneOrMany)]);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const ByKey = z.record(z.string(), z.union([Scalar, z.array(Scalar).min(1)])).refine(isNotEmpty);
/** By operator and key: `{ "StringEquals": { "aws:SourceAccount": "123456789012" } }` */
const Conditions = z.record(z.string(), ByKey).refine(isNotEmpty);

function isNotEmpty(object: object): boolean {
  return Object.keys(object).length > 0;
}

const PlannedStatement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: Principals.optional(),
    NotPrincipal: Principals.optional(),
    Action: OneOrMany.optional(),
    NotAction: OneOrMany.optional(),
    Resource: OneOrMany.optional(),
    NotResource: OneOrMany.optional(),
    Condition: Conditions.optional(),
  })
  .refine(
    (statement) =>
      hasOneOf(statement.Action, statement.NotAction) &&
      !hasBoth(statement.Principal, statement.NotPrincipal) &&
      !hasBoth(statement.Resource, statement.NotResource),
  );
export type PlannedStatement = z.output<typeof PlannedStatement>;

const hasBoth = (one: unknown, other: unknown): boolean => one !== undefined && other !== undefined;
const hasOneOf = (one: unknown, other: unknown): boolean => (one === undefined) !== (other === undefined);

const Policy = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  /** `z.custom` returns the statement itself: a copy could have its keys in another order, which the summary shows. */
  Statement: z.preprocess(
    (statements) => (Array.isArray(statements) ? statements : [statements]),
    z.array(z.custom<PlannedStatement>((statement) => PlannedStatement.safeParse(statement).success)),
  ),
});

export interface PlannedPolicy {
  /** of IAM's policy language; undefined if there is no policy */
  version: string | undefined;
  statements: PlannedStatement[];
}

/** The version that this project writes. An older one, which is also the default, reads `${…}` as plain text. */
export const POLICY_VERSION = "2012-10-17";
/** AWS accepts at most 32,768 bytes, in a KMS key's policy. */
const MAX_POLICY_CHARACTERS = 50_000;
/** This project's policies have at most about 30. Statements are compared with each other, so more would take time. */
const MAX_STATEMENTS = 100;

/** A policy in JSON without statements if there is no policy; undefined if it cannot be read. */
export function readPolicy(policy: unknown): PlannedPolicy | undefined {
  if (policy === undefined || policy === null || policy === "") return { version: undefined, statements: [] };
  if (typeof policy !== "string" || policy.length > MAX_POLICY_CHARACTERS) return undefined;
  const parsed = Policy.safeParse(parseJson(policy)).data;
  if (!parsed || parsed.Statement.length > MAX_STATEMENTS) return undefined;
  return { version: parsed.Version ?? "2008-10-17", statements: parsed.Statement };
}

/** Arguments that contain a policy, by resource type. */
export const POLICY_ARGUMENTS: Readonly<Record<string, string>> = {
  aws_kms_key: "policy",
  aws_sns_topic: "policy",
  aws_sns_topic_policy: "policy",
  aws_iam_role_policy: "policy",
  aws_iam_policy: "policy",
  aws_iam_role: "assume_role_policy",
};

export interface StatementChange {
  kind: "added" | "removed" | "changed";
  /** its Sid, or `number 1` for the first one; both if other statements have this Sid */
  statement: string;
  before?: PlannedStatement | undefined;
  after?: PlannedStatement | undefined;
}

/** A statement that has no equal in the other policy. */
interface Unmatched {
  label: string;
  statement: PlannedStatement;
}

/**
 * The differing statements of two policies. Equal statements are matched by their content, at any place. Of the others,
 * two with the same Sid and effect are one changed statement, and so are two without a Sid.
 */
export function statementChanges(
  before: readonly PlannedStatement[],
  after: readonly PlannedStatement[],
): StatementChange[] {
  const [old, next] = [withoutEqual(before, after), withoutEqual(after, before)];
  const changes = old.map(({ label, statement }): StatementChange => {
    const index = next.findIndex(
      (other) => other.statement.Sid === statement.Sid && other.statement.Effect === statement.Effect,
    );
    if (index < 0) return { kind: "removed", statement: label, before: statement };
    const [changed] = next.splice(index, 1);
    return { kind: "changed", statement: label, before: statement, after: changed?.statement };
  });
  return [
    ...changes,
    ...next.map(({ label, statement }): StatementChange => ({ kind: "added", statement: label, after: statement })),
  ];
}

function withoutEqual(statements: readonly PlannedStatement[], others: readonly PlannedStatement[]): Unmatched[] {
  const rest = others.map(canonicalJson);
  return statements.flatMap((statement, index) => {
    const equal = rest.indexOf(canonicalJson(statement));
    if (equal >= 0) {
      rest.splice(equal, 1);
      return [];
    }
    const { Sid } = statement;
    const number = `number ${index + 1}`;
    const isAmbiguous = statements.filter((other) => other.Sid === Sid).length > 1;
    return [{ label: Sid === undefined ? number : isAmbiguous ? `${Sid} (${number})` : Sid, statement }];
  });
}
