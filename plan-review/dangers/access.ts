import { isSameJson } from "../json";
import {
  type PlannedStatement,
  POLICY_ARGUMENTS,
  readPolicy,
  type StatementChange,
  statementChanges,
} from "../policies";
import { nameOf } from "../resource-names";
import { actionOf, isUnknown, type ResourceChange } from "../terraform-plan";
import type { Danger } from "./danger";

/** Changes that let somebody do more than before. */
export function accessDangers(change: ResourceChange): Danger[] {
  if (!change.change.after || actionOf(change) === undefined) return [];
  const found = change.type === "aws_lambda_permission" ? permissionDangers(change) : policyDangers(change);
  return found.map((text) => ({ kind: "access", text: `${nameOf(change)} ${text}` }));
}

function permissionDangers(change: ResourceChange): string[] {
  const { before, after } = change.change;
  if (!before) return [];
  return ["source_arn", "source_account", "principal"]
    .filter((argument) => !isSameJson(before[argument], after?.[argument]) && !isUnknown(change, argument))
    .map((argument) => `changes who can invoke the function: ${argument}`);
}

function policyDangers(change: ResourceChange): string[] {
  const policy = POLICY_ARGUMENTS[change.type];
  if (!policy || isUnknown(change, policy.argument)) return [];
  const { before, after } = change.change;
  const [old, next] = [readPolicy(before?.[policy.argument]), readPolicy(after?.[policy.argument])];
  if (!old || !next) return ["has a policy that this review cannot read"];
  return statementChanges(old, next).flatMap((statement) =>
    accessAdded(statement, { ofResource: policy.ofResource, ofNewResource: !before }),
  );
}

/**
 * What a changed statement allows in addition; nothing if it only takes away.
 *
 * @param policy `ofResource`: attached to a resource, so that `*` is this resource. `ofNewResource`: a first deployment
 * names principals on purpose, so that only wildcards are reported
 */
export function accessAdded(
  { statement, before, after }: StatementChange,
  { ofResource, ofNewResource = false }: { ofResource: boolean; ofNewResource?: boolean },
): string[] {
  // A removed or narrower Deny allows what it denied.
  if (before?.Effect === "Deny") return [`changes the Deny statement ${statement}`];
  if (after === undefined || after.Effect === "Deny") return [];
  const added = (part: "Principal" | "Action" | "Resource") =>
    entriesOf(after[part]).filter((entry) => !entriesOf(before?.[part]).includes(entry));
  const principals = added("Principal").filter((principal) => !ofNewResource || isEverybody(principal));
  // In a resource's policy a further action matters even without a wildcard: its principals can do more than before.
  const actions = added("Action").filter((action) => isWildcard(action) || (ofResource && before !== undefined));
  const resources = ofResource ? [] : added("Resource").filter(isWildcard);
  return [
    ...principals.map(
      (principal) => `gives access to ${isEverybody(principal) ? "everybody" : principal} in statement ${statement}`,
    ),
    ...[...actions, ...resources].map((entry) => `allows ${entry} in statement ${statement}`),
    ...(["NotAction", "NotPrincipal", "NotResource"] as const)
      .filter((part) => after[part] !== undefined && !isSameJson(after[part], before?.[part]))
      .map((part) => `allows everything but the values of ${part} in statement ${statement}`),
    ...relaxedConditions(before?.Condition, after.Condition).map(
      (condition) => `relaxes the condition ${condition} in statement ${statement}`,
    ),
  ];
}

const isWildcard = (entry: string): boolean => /^\*$|^[\w-]+:\*$/.test(entry);
const isEverybody = (principal: string): boolean => principal.endsWith("*");

/** Conditions that are removed, or that more requests meet. */
function relaxedConditions(before: PlannedStatement["Condition"], after: PlannedStatement["Condition"]): string[] {
  return Object.entries(before ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys)
      .filter(([key, values]) => {
        const now = after?.[operator]?.[key];
        if (now === undefined) return true;
        const [fewer, more] = /Not/.test(operator) ? [now, values] : [values, now];
        return entriesOf(more).some((value) => !entriesOf(fewer).includes(value));
      })
      .map(([key]) => `${operator} ${key}`),
  );
}

type Entries = string | number | boolean | readonly (string | number | boolean)[];

/** The values of one part of a statement; principals with their type, such as `AWS arn:…`. */
function entriesOf(part: Entries | Record<string, Entries> | undefined): string[] {
  if (part === undefined) return [];
  if (typeof part !== "object" || Array.isArray(part)) return [part].flat().map(String);
  return Object.entries(part).flatMap(([type, names]) => [names].flat().map((name) => `${type} ${name}`));
}
