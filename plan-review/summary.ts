import { createHash } from "node:crypto";
import type { Danger } from "./dangers/danger";
import { findDangers } from "./dangers/find-dangers";
import { difference, flowChanges, type StepChange, type ValueChange } from "./flow-changes";
import { flowJson, isFlow } from "./flow-content";
import { parseJson } from "./json";
import { type KeyPairNames, keyPairNames } from "./key-pairs";
import { POLICY_ARGUMENTS, readPolicy, type StatementChange, statementChanges } from "./policies";
import { nameOf } from "./resource-names";
import { redactSecrets } from "./safe-output";
import {
  actionOf,
  changedArguments,
  isSensitive,
  isUnknown,
  type PlannedAction,
  type ResourceChange,
  type TerraformPlan,
} from "./terraform-plan";

/** A plan in this project's words, without secrets. */
export interface PlanSummary {
  counts: Record<PlannedAction, number>;
  dangers: Danger[];
  /** IAM and KMS first */
  changes: ChangeSummary[];
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

const ACCESS = /^aws_(iam_|kms_|lambda_permission$|sns_topic_policy$)/;
/** An argument that is also shown for created and destroyed resources, because names do not distinguish them. */
const ALWAYS_SHOWN: Readonly<Record<string, string>> = { aws_sns_topic_subscription: "endpoint" };
const MAX_VALUE_CHARACTERS = 300;
const KNOWN_LATER = "(known after apply)";

export function summaryOf({ resource_changes }: TerraformPlan): PlanSummary {
  const managed = resource_changes.filter(({ mode }) => mode === "managed");
  const keyPairs = keyPairNames(managed);
  const changes = managed.flatMap((change) => {
    const action = actionOf(change);
    return action ? [summarizeChange(change, action, keyPairs)] : [];
  });
  const counts = { create: 0, update: 0, replace: 0, destroy: 0 };
  for (const { action } of changes) counts[action] += 1;
  return redactSecrets({
    counts,
    dangers: findDangers(managed),
    changes: [...changes.filter(({ access }) => access), ...changes.filter(({ access }) => !access)],
  });
}

/** SHA-256 in hex. Equal summaries have the same digest, so that a deployment recognizes the plan that was reviewed. */
export const digestOf = (summary: PlanSummary): string =>
  createHash("sha256").update(JSON.stringify(summary)).digest("hex");

function summarizeChange(change: ResourceChange, action: PlannedAction, keyPairs: KeyPairNames): ChangeSummary {
  const { before, after } = change.change;
  const policy = POLICY_ARGUMENTS[change.type]?.argument;
  const canBeCompared = (argument: string): boolean =>
    action !== "destroy" && !isUnknown(change, argument) && !isSensitive(change, argument);
  const [old, next] = [before, after].map((values) => readPolicy(policy && values?.[policy]));
  const values = valueChanges(change, [old && next && policy, isFlow(change) && "content"]);
  return {
    action,
    name: nameOf(change),
    address: change.address,
    access: ACCESS.test(change.type),
    steps: isFlow(change) && canBeCompared("content") ? flowChanges(flowJson(before), flowJson(after), keyPairs) : [],
    statements: policy && canBeCompared(policy) && old && next ? statementChanges(old, next) : [],
    values:
      action === "update" || action === "replace"
        ? values
        : values.filter(({ what }) => what === ALWAYS_SHOWN[change.type]),
  };
}

/** @param comparedElsewhere arguments whose changes are shown as steps or statements, if their values are known */
function valueChanges(change: ResourceChange, comparedElsewhere: unknown[]): ValueChange[] {
  const { before, after } = change.change;
  const changed = changedArguments(change).filter(
    (argument) => isUnknown(change, argument) || !comparedElsewhere.includes(argument),
  );
  // tags_all repeats tags, together with the provider's default tags
  const shown = changed.filter((argument) => argument !== "tags_all" || !changed.includes("tags"));
  return shown.flatMap((argument): ValueChange[] => {
    if (isSensitive(change, argument)) return [{ what: argument, before: "(sensitive)", after: "(sensitive)" }];
    if (isUnknown(change, argument)) return [{ what: argument, after: KNOWN_LATER }];
    return difference(leavesOf(argument, before?.[argument]), leavesOf(argument, after?.[argument])).map(
      ({ what, before: was, after: is }) => ({ what, before: shortened(was), after: shortened(is) }),
    );
  });
}

/** Scalars by path, including those in a JSON text: only the ones that changed are shown. */
function leavesOf(path: string, value: unknown): Map<string, string> {
  const inner = parseJson(value) ?? value;
  if (typeof inner !== "object" || inner === null) return new Map(inner == null ? [] : [[path, String(inner)]]);
  return new Map(Object.entries(inner).flatMap(([name, part]) => [...leavesOf(`${path}.${name}`, part)]));
}

/** Redacts before it cuts: half of a secret would not be recognized. */
function shortened(whole: string | undefined): string | undefined {
  const text = redactSecrets(whole);
  return text !== undefined && text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}
