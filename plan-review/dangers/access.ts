import {
  type PlannedPolicy,
  type PlannedStatement,
  POLICY_VERSION,
  readPolicy,
  type StatementChange,
  statementChanges,
} from "../policies";
import { covers, entriesOf, relaxedConditions, uncovered } from "../policy-access";
import { resourceIdOf } from "../resource-names";
import type { ResourceChange } from "../terraform-plan";
import { type ExpectedStatement, expectedStatements, isExpected } from "./expected-policies";
import { findings, type PlanFinding } from "./finding";
import type { PlannedDeployment, ReviewContext } from "./review-context";

interface PolicyReview {
  resource: ResourceChange;
  /** of the block that contains the policy, such as `inline_policy` */
  block?: string;
  /** JSON texts; undefined if there is no policy */
  before: unknown;
  after: unknown;
}

/** What a changed or new policy allows in addition, and what it takes away from a call. */
export function reviewPolicy({ resource, block, before, after }: PolicyReview, context: ReviewContext): PlanFinding[] {
  const [old, next] = [readPolicy(before), readPolicy(after)];
  if (!old || !next) return findings("access", ["has a policy that this review cannot read"]);
  const id = resourceIdOf(resource);
  const isNew = old.statements.length === 0;
  const options: PolicyOptions = {
    deployment: context.deployment,
    expected: expectedStatements(block === undefined ? id : `${id} ${block}`).filter(
      ({ onlyWhenCreated }) => isNew || !onlyWhenCreated,
    ),
    namesResources: !/^aws_(kms_|iam_role\.)/.test(id) || block !== undefined,
  };
  const forMonitoring = id.includes(".monitoring_");
  return [
    ...findings("access", addedAccess(old, next, options)),
    ...findings(forMonitoring ? "monitoring" : "calls", removedAccess(old, next, options)),
    ...findings("unknown", versionChanges(old, next)),
  ];
}

function versionChanges(old: PlannedPolicy, next: PlannedPolicy): string[] {
  if (next.statements.length === 0 || [old.version, POLICY_VERSION].includes(next.version)) return [];
  return [`has a policy of the version ${next.version}`];
}

interface PolicyOptions {
  deployment: PlannedDeployment;
  /** the statements that this project writes */
  expected: readonly ExpectedStatement[];
  /** a trust policy has no resources, and the resource `*` of a KMS key's policy is the key alone */
  namesResources: boolean;
}

/** What a changed policy allows in addition; nothing if it only takes away. */
export function addedAccess(before: PlannedPolicy, after: PlannedPolicy, options: PolicyOptions): string[] {
  return statementChanges(before.statements, after.statements).flatMap((change): string[] => {
    if (change.before?.Effect === "Deny") {
      // A removed or narrower Deny allows what it denied.
      return isCovered(change.before, after) ? [] : [`changes the Deny statement ${change.statement}`];
    }
    const { after: statement } = change;
    if (statement?.Effect !== "Allow" || isCovered(statement, before)) return [];
    return isWrittenHere(statement, after, options) ? [] : describeAdded(change, statement, options);
  });
}

/** Whether a policy has a statement with the same effect for all that a statement applies to. */
const isCovered = (statement: PlannedStatement, { statements }: PlannedPolicy): boolean =>
  statements.some((other) => other.Effect === statement.Effect && covers(other, statement));

function isWrittenHere(
  statement: PlannedStatement,
  policy: PlannedPolicy,
  { expected, deployment }: PolicyOptions,
): boolean {
  return expected.some(
    (one) =>
      isExpected(statement, one, deployment) &&
      expected
        .filter(({ Sid }) => Sid !== undefined && Sid === one.onlyWith)
        .every((deny) => policy.statements.some((other) => isExpected(other, deny, deployment))),
  );
}

function describeAdded(
  { statement: label, before }: StatementChange,
  after: PlannedStatement,
  { namesResources }: PolicyOptions,
): string[] {
  const principals = uncovered("Principal", before, after);
  const actions = uncovered("Action", before, after);
  const resources = namesResources ? uncovered("Resource", before, after) : [];
  const allowed = actions.length > 0 ? actions : entriesOf(after.Action);
  const on = resources.length > 0 ? resources : namesResources ? entriesOf(after.Resource) : [];
  const parts = (["NotAction", "NotPrincipal", "NotResource"] as const).filter(
    (part) =>
      after[part] !== undefined &&
      !(
        before?.[part] !== undefined && entriesOf(before[part]).every((entry) => entriesOf(after[part]).includes(entry))
      ),
  );
  const texts = [
    ...principals.map((principal) => `gives access to ${isEverybody(principal) ? "everybody" : principal}`),
    ...(allowed.length > 0 && actions.length + resources.length > 0
      ? [`allows ${listed(allowed)}${on.length > 0 ? ` on ${listed(on)}` : ""}`]
      : []),
    ...parts.map((part) => `allows everything but the values of ${part}`),
    ...relaxedConditions(before?.Condition, after.Condition).map((condition) => `relaxes the condition ${condition}`),
  ];
  return (texts.length > 0 ? texts : ["allows more than before"]).map((text) => `${text} in statement ${label}`);
}

/** Statements that deny more than before, and statements that a call needs and that are gone. */
export function removedAccess(
  before: PlannedPolicy,
  after: PlannedPolicy,
  { expected, deployment }: PolicyOptions,
): string[] {
  const denied = statementChanges(before.statements, after.statements).flatMap(({ statement: label, after: deny }) => {
    if (deny?.Effect !== "Deny") return [];
    const known = isCovered(deny, before) || expected.some((one) => isExpected(deny, one, deployment));
    const actions = entriesOf(deny.Action);
    return known ? [] : [`denies ${actions.length > 0 ? listed(actions) : "more than before"} in statement ${label}`];
  });
  const lost = expected.filter((one) => {
    const found = before.statements.find((statement) => isExpected(statement, one, deployment));
    const isKept = after.statements.some((statement) => isExpected(statement, one, deployment));
    return one.neededByCalls && found && !isKept && !isCovered(found, after);
  });
  return [...denied, ...lost.map(({ Action }) => `no longer allows ${listed(entriesOf(Action))}`)];
}

const MAX_LISTED = 6;

const listed = (entries: readonly string[]): string =>
  entries.length <= MAX_LISTED
    ? entries.join(", ")
    : `${entries.slice(0, MAX_LISTED).join(", ")} and ${entries.length - MAX_LISTED} more`;

const isEverybody = (principal: string): boolean => principal.endsWith("*");
