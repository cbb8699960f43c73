import type { Danger } from "./dangers/finding";
import { difference, flowChanges, type StepChange, type ValueChange } from "./flow-changes";
import { flowJson, isFlow } from "./flow-content";
import { isSameJson, jsonLine, parseJson } from "./json";
import { type KeyPairNames, keyPairNames } from "./key-pairs";
import { POLICY_ARGUMENTS, readPolicy, type StatementChange, statementChanges } from "./policies";
import { nameOf, projectNameOf } from "./resource-names";
import { reviewOf } from "./review";
import { redactSecrets } from "./safe-output";
import {
  actionOf,
  changedArguments,
  containsTrue,
  isSensitive,
  isUnknown,
  type OutputChange,
  type PlannedAction,
  type ResourceChange,
  type TerraformPlan,
  valuesBefore,
} from "./terraform-plan";

/** A plan in this project's words, without secrets. */
export interface PlanSummary {
  counts: Record<PlannedAction, number>;
  dangers: Danger[];
  /** sentences about parts of the plan that the review does not understand; without any, it understands the whole plan */
  notUnderstood: string[];
  /** IAM and KMS first */
  changes: ChangeSummary[];
  outputs: OutputSummary[];
  /** what has changed in AWS since the last apply */
  drift: ChangeSummary[];
}

/** A changed resource. */
export interface ChangeSummary {
  action: PlannedAction;
  name: string;
  address: string;
  /** an IAM, KMS or other resource that grants permissions */
  access: boolean;
  /** of a flow */
  steps: StepChange[];
  /** of a policy */
  statements: StatementChange[];
  /** of all other arguments; empty for most created and destroyed resources */
  values: ValueChange[];
}

/** A changed output of the stack. */
export interface OutputSummary extends Omit<ValueChange, "what"> {
  action: PlannedAction;
  name: string;
}

const ACCESS = /^aws_(iam_|kms_|lambda_(permission|function_url|layer_version_permission)$|sns_topic_policy$)/;
/** Arguments that are also shown for created and destroyed resources: names do not distinguish them, or say who gets access. */
const ALWAYS_SHOWN: Readonly<Record<string, readonly string[]>> = {
  aws_sns_topic_subscription: ["endpoint"],
  aws_lambda_permission: ["principal", "source_account", "source_arn"],
};
const MAX_VALUE_CHARACTERS = 300;
const MAX_TEXT_CHARACTERS = 3_000;
const KNOWN_LATER = "(known after apply)";
const SENSITIVE = "(sensitive)";

export function summaryOf(plan: TerraformPlan): PlanSummary {
  const keyPairs = keyPairNames(plan.resource_changes);
  const changes = changeSummaries(plan.resource_changes, keyPairs);
  const counts: PlanSummary["counts"] = {
    ...{ create: 0, update: 0, replace: 0, destroy: 0, forget: 0, import: 0, move: 0, read: 0, other: 0 },
  };
  for (const { action } of changes) counts[action] += 1;
  const { dangers, notUnderstood } = reviewOf(plan);
  return redactSecrets({
    counts,
    dangers: dangers.map(({ kind, text }) => ({ kind, text: cut(text, MAX_TEXT_CHARACTERS) })),
    notUnderstood: notUnderstood.map((text) => cut(text, MAX_TEXT_CHARACTERS)),
    changes: [...changes.filter(({ access }) => access), ...changes.filter(({ access }) => !access)],
    outputs: Object.entries(plan.output_changes).flatMap(([name, change]) => summarizeOutput(name, change)),
    drift: changeSummaries(plan.resource_drift, keyPairs).filter(({ action }) => action !== "move"),
  });
}

const changeSummaries = (resources: readonly ResourceChange[], keyPairs: KeyPairNames): ChangeSummary[] =>
  resources.flatMap((resource) => {
    const action = actionOf(resource);
    return action ? [summarizeChange(resource, action, keyPairs)] : [];
  });

function summarizeChange(resource: ResourceChange, action: PlannedAction, keyPairs: KeyPairNames): ChangeSummary {
  const before = valuesBefore(resource);
  const { after } = resource.change;
  const policy = POLICY_ARGUMENTS[resource.type];
  const canBeCompared = (argument: string): boolean =>
    Boolean(after) && !isUnknown(resource, argument) && !isSensitive(resource, argument);
  const [old, next] = [before, after].map((values) => readPolicy(policy && values?.[policy])?.statements);
  const policyIsShown = policy && canBeCompared(policy) && old && next;
  const contentIsShown = isFlow(resource) && canBeCompared("content");
  const values = valueChanges(resource, [policyIsShown && policy, contentIsShown && "content"]);
  const showsAll = action === "update" || action === "replace" || projectNameOf(resource) === undefined;
  return {
    action,
    name: nameOf(resource),
    address: resource.address,
    access: ACCESS.test(resource.type),
    steps: contentIsShown ? flowChanges(flowJson(before), flowJson(after), keyPairs) : [],
    statements: policyIsShown ? statementChanges(old, next) : [],
    values: values.filter(
      ({ what }) => (showsAll && action !== "destroy") || ALWAYS_SHOWN[resource.type]?.includes(what),
    ),
  };
}

/** @param comparedElsewhere arguments whose changes are shown as steps or statements, if their values are known */
function valueChanges(resource: ResourceChange, comparedElsewhere: unknown[]): ValueChange[] {
  const before = valuesBefore(resource);
  const { after } = resource.change;
  const changed = changedArguments(resource).filter(
    (argument) => isUnknown(resource, argument) || !comparedElsewhere.includes(argument),
  );
  // tags_all repeats tags, together with the provider's default tags
  const shown = changed.filter((argument) => argument !== "tags_all" || !changed.includes("tags"));
  return shown.flatMap((argument): ValueChange[] => {
    if (isSensitive(resource, argument)) return [{ what: argument, before: SENSITIVE, after: SENSITIVE }];
    if (isUnknown(resource, argument)) return [{ what: argument, after: KNOWN_LATER }];
    return difference(leavesOf(argument, before?.[argument]), leavesOf(argument, after?.[argument])).map(
      ({ what, before: was, after: is }) => ({ what, ...shortened(was, is) }),
    );
  });
}

function summarizeOutput(name: string, change: OutputChange): OutputSummary[] {
  if (isSameJson(change.actions, ["no-op"])) return [];
  const action = actionOf({ address: "", mode: "", type: "", name, change: { actions: change.actions } });
  const isHidden = containsTrue(change.before_sensitive) || containsTrue(change.after_sensitive);
  const textOf = (value: unknown): string | undefined =>
    value == null ? undefined : isHidden ? SENSITIVE : typeof value === "string" ? value : jsonLine(value);
  const later = containsTrue(change.after_unknown) ? KNOWN_LATER : undefined;
  return [{ action: action ?? "other", name, ...shortened(textOf(change.before), later ?? textOf(change.after)) }];
}

/** A value with more characters is shown as one text. */
const MAX_COMPARED_CHARACTERS = 500_000;

/** Scalars by path, including those in a JSON text: only the ones that changed are shown. */
function leavesOf(path: string, value: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  const collect = (at: string, part: unknown): void => {
    const inner = parseJson(part) ?? part;
    if (typeof inner === "object" && inner !== null) {
      for (const [name, each] of Object.entries(inner)) collect(`${at}.${name}`, each);
    } else if (inner != null) leaves.set(at, String(inner));
  };
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  if (text.length > MAX_COMPARED_CHARACTERS) leaves.set(path, text);
  else collect(path, value);
  return leaves;
}

/** Values that are cut so that their difference remains. They are redacted before: half of a secret is not recognized. */
function shortened(before: string | undefined, after: string | undefined): Omit<ValueChange, "what"> {
  const [was, is] = [redactSecrets(before), redactSecrets(after)];
  const start = was === undefined || is === undefined ? 0 : firstDifference(was, is);
  return { before: excerpt(was, start), after: excerpt(is, start) };
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index++;
  return index;
}

/** At most 300 characters. If the difference comes later, the part around it. */
function excerpt(text: string | undefined, difference: number): string | undefined {
  if (text === undefined || text.length <= MAX_VALUE_CHARACTERS) return text;
  const start = difference < MAX_VALUE_CHARACTERS / 2 ? 0 : difference - MAX_VALUE_CHARACTERS / 3;
  return `${start > 0 ? "…" : ""}${cut(text.slice(start), MAX_VALUE_CHARACTERS)}`;
}

function cut(whole: string, limit: number): string {
  const text = redactSecrets(whole);
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
