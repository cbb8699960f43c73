import { z } from "zod";
import { isSameJson, parseJson } from "./json";

/** IAM takes one value in place of a list with one value. */
const OneOrMany = z.union([z.string(), z.array(z.string())]);
/** `*`, or names by type: `{ "AWS": "arn:…" }` */
const Principals = z.union([z.string(), z.record(z.string(), OneOrMany)]);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);
/** By operator and key: `{ "StringEquals": { "aws:SourceAccount": "123456789012" } }` */
const Conditions = z.record(z.string(), z.record(z.string(), z.union([Scalar, z.array(Scalar)])));

const PlannedStatement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: Principals.optional(),
  NotPrincipal: Principals.optional(),
  Action: OneOrMany.optional(),
  NotAction: OneOrMany.optional(),
  Resource: OneOrMany.optional(),
  NotResource: OneOrMany.optional(),
  Condition: Conditions.optional(),
});
export type PlannedStatement = z.output<typeof PlannedStatement>;

const PolicyDocument = z.object({
  /** `z.custom` returns the statement itself: a copy could have its keys in another order, which the summary shows. */
  Statement: z.preprocess(
    (statements) => (Array.isArray(statements) ? statements : [statements]),
    z.array(z.custom<PlannedStatement>((statement) => PlannedStatement.safeParse(statement).success)),
  ),
});

/** An argument that contains a policy. In the policy of a resource, the resource `*` is that resource alone. */
interface PolicyArgument {
  argument: string;
  ofResource: boolean;
}

/** By resource type. */
export const POLICY_ARGUMENTS: Readonly<Record<string, PolicyArgument>> = {
  aws_kms_key: { argument: "policy", ofResource: true },
  aws_sns_topic_policy: { argument: "policy", ofResource: true },
  aws_iam_role_policy: { argument: "policy", ofResource: false },
  aws_iam_policy: { argument: "policy", ofResource: false },
  aws_iam_role: { argument: "assume_role_policy", ofResource: true },
};

/** Statements of a policy in JSON: none if there is no policy, undefined if it cannot be read. */
export function readPolicy(policy: unknown): PlannedStatement[] | undefined {
  if (policy === undefined || policy === null || policy === "") return [];
  return PolicyDocument.safeParse(parseJson(policy)).data?.Statement;
}

export interface StatementChange {
  kind: "added" | "removed" | "changed";
  /** its Sid, or `number 1` for the first one without a Sid */
  statement: string;
  before?: PlannedStatement | undefined;
  after?: PlannedStatement | undefined;
}

/** The differing statements of two policies. */
export function statementChanges(
  before: readonly PlannedStatement[],
  after: readonly PlannedStatement[],
): StatementChange[] {
  const [old, next] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((statement): StatementChange[] => {
    const [was, is] = [old.get(statement), next.get(statement)];
    if (isSameJson(was, is)) return [];
    const kind = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    return [{ kind, statement, before: was, after: is }];
  });
}

const byName = (statements: readonly PlannedStatement[]): Map<string, PlannedStatement> =>
  new Map(statements.map((statement, index) => [statement.Sid ?? `number ${index + 1}`, statement]));
