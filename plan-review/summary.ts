import { type Danger, dangersOf, isFlow, keyIdOf, POLICIES } from "./dangers";
import { difference, flowChanges, type StepChange, type ValueChange } from "./flow-changes";
import { guarded } from "./guard";
import { policyChanges, type StatementChange } from "./policy-changes";
import { keyPairOf, nameOf } from "./resource-names";
import {
  type Action,
  actionOf,
  changedArguments,
  isSensitive,
  isUnknown,
  parsed,
  type ResourceChange,
  type TerraformPlan,
} from "./terraform-plan";

export interface PlanSummary {
  counts: Record<Action, number>;
  dangers: Danger[];
  /** IAM and KMS first */
  changes: ChangeSummary[];
}

export interface ChangeSummary {
  action: Action;
  name: string;
  address: string;
  /** of who may do what */
  access: boolean;
  steps: StepChange[];
  statements: StatementChange[];
  values: ValueChange[];
}

const ACCESS = /^aws_(iam_|kms_|lambda_permission$|sns_topic_policy$)/;
/** What is told also of one that comes or goes, because its name does not tell it from the others. */
const TOLD_ALWAYS: Record<string, string> = { aws_sns_topic_subscription: "endpoint" };
const MOST_CHARACTERS = 300;
const LATER = "(known after apply)";

/** What a plan does, in this project's words, and what of it is dangerous. */
export function summaryOf({ resource_changes = [] }: TerraformPlan): PlanSummary {
  const managed = resource_changes.filter(({ mode }) => mode === "managed");
  const keyPairs = new Map(
    managed.flatMap((change) => {
      const [keyId, name] = [keyIdOf(change), keyPairOf(change)];
      return keyId && name ? [[keyId, name] as const] : [];
    }),
  );
  const changes = managed.flatMap((change) => {
    const action = actionOf(change);
    return action ? [describe(change, action, keyPairs)] : [];
  });
  const counts = { create: 0, update: 0, replace: 0, destroy: 0 };
  for (const { action } of changes) counts[action] += 1;
  return guarded({
    counts,
    dangers: dangersOf(managed),
    changes: [...changes.filter(({ access }) => access), ...changes.filter(({ access }) => !access)],
  });
}

function describe(change: ResourceChange, action: Action, keyPairs: ReadonlyMap<string, string>): ChangeSummary {
  const { before, after } = change.change;
  const policy = POLICIES[change.type]?.argument;
  const told = (argument: string | undefined): argument is string =>
    argument !== undefined && action !== "destroy" && !isUnknown(change, argument) && !isSensitive(change, argument);
  const values = valuesOf(change, [policy, isFlow(change) && "content"]);
  const stays = action === "update" || action === "replace";
  return {
    action,
    name: nameOf(change),
    address: change.address,
    access: ACCESS.test(change.type),
    steps:
      isFlow(change) && told("content") ? flowChanges(parsed(before?.content), parsed(after?.content), keyPairs) : [],
    statements: told(policy) ? policyChanges(before?.[policy], after?.[policy]) : [],
    values: stays ? values : values.filter(({ what }) => what === TOLD_ALWAYS[change.type]),
  };
}

function valuesOf(change: ResourceChange, toldElsewhere: unknown[]): ValueChange[] {
  const { before, after } = change.change;
  const changed = changedArguments(change).filter(
    (argument) => isUnknown(change, argument) || !toldElsewhere.includes(argument),
  );
  // tags_all are the provider's default tags and the resource's own together
  const told = changed.filter((argument) => argument !== "tags_all" || !changed.includes("tags"));
  return told.flatMap((argument): ValueChange[] => {
    if (isSensitive(change, argument)) return [{ what: argument, before: "(sensitive)", after: "(sensitive)" }];
    if (isUnknown(change, argument)) return [{ what: argument, after: LATER }];
    return difference(flat(argument, before?.[argument]), flat(argument, after?.[argument])).map(
      ({ what, ...values }) => ({ what, ...shortened(values) }),
    );
  });
}

/** Leaves by their paths, also of JSON in a text: one of a hundred that changed is all there is to say. */
function flat(path: string, value: unknown): Map<string, string> {
  const inner = parsed(value) ?? value;
  if (typeof inner !== "object" || inner === null) return new Map(inner == null ? [] : [[path, String(inner)]]);
  return new Map(Object.entries(inner).flatMap(([name, part]) => [...flat(`${path}.${name}`, part)]));
}

const shortened = ({ before, after }: Omit<ValueChange, "what">) => ({ before: short(before), after: short(after) });
/** Guarded first: half of a secret would pass. */
const short = (whole?: string) => cut(guarded(whole));
const cut = (text?: string) =>
  text !== undefined && text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;

/** The sentence to decide by. */
export function headline({ counts, dangers, changes }: PlanSummary): string {
  if (changes.length === 0) return "Nothing to do: what is deployed is what is configured.";
  const words = { create: "created", update: "changed", replace: "replaced", destroy: "destroyed" };
  const parts = (Object.keys(words) as Action[])
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} ${words[action]}`);
  const access = changes.filter((change) => change.access).length;
  return `${parts.join(", ")}; ${access === 0 ? "none" : access} of them IAM or KMS; ${
    dangers.length === 0 ? "nothing dangerous found." : `${dangers.length} to look at before anything else.`
  }`;
}
