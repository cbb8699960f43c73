import { type IamConditions, type IamStatement, policyDocument } from "../iam-policy";
import {
  ACTION_CONDITIONS,
  ACTIONS_ON_ANY_RESOURCE,
  DATA_SOURCE_ACTIONS,
  type ProviderActions,
  RESOURCE_ACTIONS,
  SMOKE_TEST_ACTIONS,
  STAGE_ROLE_PERMISSIONS,
} from "./provider-actions";

/** IAM's limit for a managed policy. */
export const MAX_POLICY_CHARACTERS = 6144;
/** The longest values of the placeholders that Terraform fills in. */
const LONGEST = { partition: "aws-us-gov", account: "123456789012" };

export type CiRoleName = "plan" | "refresh" | "deploy";

export interface PolicyScope {
  /** may be a Terraform expression, as may `account` */
  partition: string;
  account: string;
  /** where stages are deployed */
  regions: readonly string[];
  stateBucket: string;
  /** the bucket of `codeSigning`; without it, the roles can use no bucket but the state's */
  codeSigningBucket?: string | undefined;
  /** ARN of the permissions boundary that each role of a stage must have */
  permissionsBoundary: string;
}

/** Actions on ARN patterns, see {@link ProviderActions}. */
type Calls = [actions: readonly string[], resources: ProviderActions["resources"]];

/** The default keys of the stages' states. The state of these roles has another key. */
const STATES = ["arn:{partition}:s3:::{stateBucket}/connect-secure-ivr/*"];
const READ_STATE: Calls = [
  ["s3:GetObject", "s3:ListBucket"],
  { "s3:GetObject": STATES, "s3:ListBucket": ["arn:{partition}:s3:::{stateBucket}"] },
];
const LOCK_STATE: Calls = [["s3:DeleteObject", "s3:PutObject"], { s3: STATES.map((states) => `${states}.tflock`) }];
const WRITE_STATE: Calls = [["s3:PutObject"], { s3: STATES }];

type Operation = "plan" | "create" | "read" | "update" | "delete";
const resourceCalls = (...operations: Operation[]): Calls[] =>
  Object.values(RESOURCE_ACTIONS).flatMap((entry) =>
    operations.map((operation): Calls => [entry[operation] ?? [], entry.resources]),
  );
const DATA_SOURCE_CALLS = Object.values(DATA_SOURCE_ACTIONS).map(({ read, resources }): Calls => [read, resources]);

const CALLS: Readonly<Record<CiRoleName, Calls[]>> = {
  plan: [...DATA_SOURCE_CALLS, ...resourceCalls("plan"), READ_STATE],
  refresh: [...DATA_SOURCE_CALLS, ...resourceCalls("plan", "read"), READ_STATE, LOCK_STATE],
  deploy: [
    ...DATA_SOURCE_CALLS,
    ...resourceCalls("plan", "create", "read", "update", "delete"),
    [SMOKE_TEST_ACTIONS.read, SMOKE_TEST_ACTIONS.resources],
    READ_STATE,
    LOCK_STATE,
    WRITE_STATE,
  ],
};

/** The policies of a role, as JSON: as few documents as IAM's size limit allows. */
export function rolePolicies(role: CiRoleName, scope: PolicyScope): string[] {
  const documents: IamStatement[][] = [];
  for (const statement of statementsFor(CALLS[role], scope)) {
    const last = documents.at(-1);
    if (last && documentText([...last, statement], LONGEST).length <= MAX_POLICY_CHARACTERS) last.push(statement);
    else documents.push([statement]);
  }
  return documents.map((statements) => documentText(statements, scope));
}

/** One statement for all actions of a service on the same resources, and one for those on any resource. */
function statementsFor(calls: readonly Calls[], scope: PolicyScope): IamStatement[] {
  const patterns = new Map<string, Set<string>>();
  for (const [actions, resources = {}] of calls) {
    for (const action of actions) {
      const known = patterns.get(action) ?? new Set();
      for (const pattern of patternsFor(action, resources)) known.add(pattern);
      patterns.set(action, known);
    }
  }
  const statements = new Map<string, IamStatement & { Action: string[] }>();
  for (const action of [...patterns.keys()].sort()) {
    const Resource = [...(patterns.get(action) ?? [])].sort().flatMap((pattern) => expand(pattern, scope));
    if (Resource.length === 0) continue;
    for (const condition of ACTION_CONDITIONS[action] ?? [undefined]) {
      const onAny = Resource.includes("*");
      const key = JSON.stringify([onAny || serviceOf(action), Resource, condition]);
      const Condition = condition && expandConditions(condition, scope);
      const statement = statements.get(key) ?? {
        ...(onAny && !condition && { Sid: "AnyResource" }),
        Action: [],
        Resource,
        ...(Condition && { Condition }),
      };
      statement.Action.push(action);
      statements.set(key, statement);
    }
  }
  return [...statements.values()];
}

const serviceOf = (action: string) => action.slice(0, action.indexOf(":"));

function patternsFor(action: string, resources: NonNullable<ProviderActions["resources"]>): readonly string[] {
  if (Object.hasOwn(ACTIONS_ON_ANY_RESOURCE, action)) return ["*"];
  const patterns = resources[action] ?? resources[serviceOf(action)];
  if (!patterns) throw new Error(`${action} has no resources: add them, or name it in ACTIONS_ON_ANY_RESOURCE`);
  return patterns;
}

/** One text for each Region if it names the Region; none if it names a bucket that is not used. */
function expand(text: string, { regions, stateBucket, codeSigningBucket, permissionsBoundary }: PolicyScope): string[] {
  if (text.includes("{codeSigningBucket}") && codeSigningBucket === undefined) return [];
  const filled = text
    .replace("{stateBucket}", stateBucket)
    .replace("{codeSigningBucket}", codeSigningBucket ?? "")
    .replace("{permissionsBoundary}", permissionsBoundary);
  return inEachRegion(filled, regions);
}

const inEachRegion = (text: string, regions: readonly string[]): string[] =>
  text.includes("{region}") ? regions.map((region) => text.replace("{region}", region)) : [text];

function expandConditions(conditions: IamConditions, scope: PolicyScope): IamConditions {
  const expandValues = (values: string | readonly string[]) => {
    const [first = "", ...others] = [values].flat().flatMap((value) => expand(value, scope));
    return others.length === 0 ? first : [first, ...others];
  };
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, byKey]) => [
      operator,
      Object.fromEntries(Object.entries(byKey).map(([key, values]) => [key, expandValues(values)])),
    ]),
  );
}

/** The document as JSON without whitespace, which IAM does not count either. */
function documentText(
  statements: readonly IamStatement[],
  { partition, account }: Pick<PolicyScope, "partition" | "account">,
): string {
  return policyDocument(...statements)
    .replaceAll("{partition}", () => partition)
    .replaceAll("{account}", () => account);
}

/**
 * The permissions boundary of a stage's roles: the most that they can have, whatever their own policies allow. Without
 * it, a role that creates roles for Lambda functions could create one with every permission.
 */
export function boundaryPolicy(scope: Pick<PolicyScope, "partition" | "account" | "regions">): string {
  return documentText(
    STAGE_ROLE_PERMISSIONS.map(([actions, patterns]) => ({
      Action: actions,
      Resource: patterns.flatMap((pattern) => inEachRegion(pattern, scope.regions)),
    })),
    scope,
  );
}
