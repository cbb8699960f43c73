import { z } from "zod";
import { isObject, type JsonObject } from "../flow-validation/json";
import { isEmpty, isSameJson, isUnsafeJson, MAX_JSON_DEPTH, parseExactJson } from "./json";
import { PlanConfiguration } from "./plan-configuration";

/** An object that is not copied: its unknown parts belong to the digest, and a plan can be large. */
const AnyObject = z.custom<JsonObject>(isObject);
/** Arguments of a resource by name. */
export type Values = JsonObject;

/** Has the structure of a resource's values, with `true` in place of a marked value, object or list. */
const Marks = z.union([z.boolean(), AnyObject]);

const ResourceChange = z.looseObject({
  address: z.string(),
  /** the address before a `moved` block */
  previous_address: z.string().nullish(),
  module_address: z.string().optional(),
  /** `managed`, or `data` for a data source */
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  /** only with `count` or `for_each` */
  index: z.unknown().optional(),
  /** such as `registry.terraform.io/hashicorp/aws` */
  provider_name: z.string().optional(),
  /** key of an object that an earlier apply could not delete */
  deposed: z.string().optional(),
  change: z.looseObject({
    /** `no-op`, `create`, `read`, `update`, `delete` or `forget`; two of them for a replacement */
    actions: z.array(z.string()),
    before: AnyObject.nullish(),
    after: AnyObject.nullish(),
    /** marks values that are known only after the apply */
    after_unknown: Marks.optional(),
    before_sensitive: Marks.optional(),
    after_sensitive: Marks.optional(),
    /** an existing resource becomes part of the state */
    importing: AnyObject.nullish(),
  }),
});
export type ResourceChange = z.output<typeof ResourceChange>;

const OutputChange = z.looseObject({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
});
export type OutputChange = z.output<typeof OutputChange>;

const PlannedCheck = z.looseObject({
  address: z.looseObject({ to_display: z.string() }),
  /** `pass`, `fail`, `error` or `unknown` */
  status: z.string(),
  instances: z
    .array(z.looseObject({ problems: z.array(z.looseObject({ message: z.string() })).optional() }))
    .optional(),
});
export type PlannedCheck = z.output<typeof PlannedCheck>;

/** A data source that the plan has read, as a part of the state. */
const PriorState = z.looseObject({
  values: z
    .looseObject({
      root_module: z
        .looseObject({
          resources: z
            .array(z.looseObject({ mode: z.string(), type: z.string(), values: AnyObject.optional() }))
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Terraform's plan (`terraform show -json`). A part that the plan does not have is empty. */
const Parts = z.looseObject({
  resource_changes: z.array(ResourceChange).default([]),
  /** what has changed in AWS since the last apply */
  resource_drift: z.array(ResourceChange).default([]),
  output_changes: z.record(z.string(), OutputChange).default({}),
  /** changes that Terraform leaves for a later plan */
  deferred_changes: z
    .array(z.looseObject({ reason: z.string().default("unknown reason"), resource_change: ResourceChange }))
    .default([]),
  checks: z.array(PlannedCheck).default([]),
  configuration: PlanConfiguration.optional(),
  prior_state: PriorState.optional(),
  complete: z.unknown().optional(),
  applyable: z.unknown().optional(),
});
export type TerraformPlan = z.output<typeof Parts>;

/** A plan that cannot be read. */
class PlanError extends Error {
  override name = "PlanError";
}

/** This project's plans have at most a few megabytes. */
export const MAX_PLAN_BYTES = 8 * 1024 * 1024;
/** This project's plans have about 50. */
const MAX_RESOURCES = 1_000;
export const PLAN_COMMAND = '"terraform show -json PLAN"';

/**
 * Reads a plan, or throws a {@link PlanError}. Its message begins with `source` and never quotes the text, which may
 * contain secrets.
 *
 * @param text output of `terraform show -json PLAN`
 */
export function readPlan(text: string, source: string): TerraformPlan {
  const reject = (problem: string, remedy = `Use the output of ${PLAN_COMMAND}.`): never => {
    throw new PlanError(`${source} ${problem} ${remedy}`);
  };
  if (text.length > MAX_PLAN_BYTES) reject(`is larger than ${MAX_PLAN_BYTES / 1024 / 1024} MB.`);
  if (/^\s*\{"@level":/.test(text)) reject('is the log of "terraform plan -json", not a plan.');
  let json: unknown;
  try {
    json = parseExactJson(text);
  } catch {
    reject("is not JSON.");
  }
  if (isUnsafeJson(json)) {
    reject(
      `is nested more than ${MAX_JSON_DEPTH} levels deep, or has a key "__proto__". No plan of this project does.`,
    );
  }
  if (!isObject(json)) return reject("is not a Terraform plan.");
  if ("valid" in json) reject('is the output of "terraform validate", not a plan.');
  if ("values" in json || "lineage" in json || isFormatAlone(json)) reject("is a Terraform state, not a plan.");
  const version = z.string().safeParse(json.format_version).data;
  if (version === undefined || !(json.errored === true || "resource_changes" in json || "planned_values" in json)) {
    reject("is not a Terraform plan.");
  }
  if (!/^1\./.test(String(version))) {
    reject("has a plan format whose version this review does not know.", "Use Terraform 1.11 or newer, below 2.");
  }
  if ("errored" in json && json.errored !== false) {
    reject("is from a plan that failed.", "Fix what Terraform reported, and plan again.");
  }
  const plan = Parts.safeParse(json);
  if (plan.success) {
    const { resource_changes, resource_drift } = plan.data;
    if (resource_changes.length + resource_drift.length > MAX_RESOURCES) {
      reject(`has more than ${MAX_RESOURCES} resources, which this review does not read.`);
    }
    return plan.data;
  }
  const [part = "content"] = plan.error.issues.map(({ path }) => String(path[0]));
  return reject(`has ${part} that cannot be read.`, "Create the plan again.");
}

/** Without a plan's name and without a state, "terraform show -json" prints only the version of its format. */
const isFormatAlone = (json: JsonObject): boolean => isSameJson(Object.keys(json), ["format_version"]);

/** `import` and `move` change only the state. `other` is an action that this review does not know. */
export type PlannedAction =
  | "create"
  | "update"
  | "replace"
  | "destroy"
  | "forget"
  | "import"
  | "move"
  | "read"
  | "other";

const ACTIONS: Readonly<Record<string, PlannedAction>> = {
  create: "create",
  update: "update",
  delete: "destroy",
  forget: "forget",
  read: "read",
  "create,delete": "replace",
  // The replaced resource stays in AWS.
  "create,forget": "replace",
};

/** Undefined for a resource that does not change. */
export function actionOf({ address, previous_address, change }: ResourceChange): PlannedAction | undefined {
  const actions = [...change.actions].sort().join();
  if (actions !== "no-op") return Object.hasOwn(ACTIONS, actions) ? ACTIONS[actions] : "other";
  if (change.importing) return "import";
  return previous_address && previous_address !== address ? "move" : undefined;
}

/** The resource is not managed any more, and stays in AWS. */
export const isForgotten = ({ change }: ResourceChange): boolean => change.actions.includes("forget");

/** Values before the change. An imported resource was not part of the deployment, so all of its values are new. */
export const valuesBefore = ({ change }: ResourceChange): Values | undefined =>
  change.importing ? undefined : (change.before ?? undefined);

/**
 * Whether a value, or a part of it, is known only after the apply.
 *
 * @param path an argument, followed by names and indexes within it
 */
export const isUnknown = ({ change }: ResourceChange, ...path: string[]): boolean =>
  isMarked(change.after_unknown, path);

export const isSensitive = ({ change }: ResourceChange, argument: string): boolean =>
  isMarked(change.before_sensitive, [argument]) || isMarked(change.after_sensitive, [argument]);

function isMarked(marks: unknown, path: string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || typeof marks !== "object" || marks === null) return containsTrue(marks);
  return isMarked(new Map<string, unknown>(Object.entries(marks)).get(first), rest);
}

export const containsTrue = (marks: unknown): boolean =>
  marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(containsTrue));

/** Arguments whose values differ, or may differ after the apply; sorted. */
export function changedArguments(change: ResourceChange): string[] {
  const before = valuesBefore(change);
  const { after, after_unknown } = change.change;
  const names = new Set([before, after, after_unknown].flatMap((values) => Object.keys(values ?? {})));
  return [...names].filter((name) => isUnknown(change, name) || !isSameValue(before?.[name], after?.[name])).sort();
}

/** The AWS provider writes an argument without a value as null, as an empty text or as an empty list. */
const isSameValue = (before: unknown, after: unknown): boolean =>
  isEmpty(before) ? isEmpty(after) : isSameJson(before, after);
