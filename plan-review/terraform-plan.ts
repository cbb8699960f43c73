import { z } from "zod";
import { isSameJson } from "./json";

const Values = z.record(z.string(), z.unknown());
/** Arguments of a resource by name. */
export type Values = z.output<typeof Values>;

/** Has the structure of a resource's values, with `true` in place of a marked value, object or list. */
const Marks = z.union([z.boolean(), Values]);

const ResourceChange = z.object({
  address: z.string(),
  /** `managed`, or `data` for a data source */
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  change: z.object({
    /** `no-op`, `create`, `read`, `update` or `delete`; two of them for a replacement */
    actions: z.array(z.string()),
    before: Values.nullish(),
    after: Values.nullish(),
    /** marks values that are known only after the apply */
    after_unknown: Marks.optional(),
    before_sensitive: Marks.optional(),
    after_sensitive: Marks.optional(),
  }),
});
export type ResourceChange = z.output<typeof ResourceChange>;

/** The part of Terraform's plan (`terraform show -json`) that the review reads. */
export interface TerraformPlan {
  resource_changes: ResourceChange[];
}

const Plan = z.object({
  format_version: z.string().startsWith("1."),
  errored: z.boolean().optional(),
  resource_changes: z.unknown().optional(),
});

/** A plan that cannot be read. */
class PlanError extends Error {
  override name = "PlanError";
}

/**
 * Reads a plan, or throws a {@link PlanError}. Its message begins with `source` and never quotes the text, which may
 * contain secrets.
 *
 * @param text output of `terraform show -json PLAN`
 */
export function readPlan(text: string, source: string): TerraformPlan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PlanError(`${source} is not JSON. Use the output of "terraform show -json PLAN".`);
  }
  const plan = Plan.safeParse(json).data;
  if (!plan) throw new PlanError(`${source} is not a Terraform plan. Use the output of "terraform show -json PLAN".`);
  const changes = z.array(ResourceChange).safeParse(plan.resource_changes ?? []).data;
  if (!changes) throw new PlanError(`${source} has resource_changes that cannot be read. Create the plan again.`);
  if (plan.errored) {
    throw new PlanError(`${source} is from a plan that failed. Fix what Terraform reported, and plan again.`);
  }
  return { resource_changes: changes };
}

export type PlannedAction = "create" | "update" | "replace" | "destroy";

/** Undefined for a resource that does not change, and for a data source. */
export function actionOf({ change: { actions } }: ResourceChange): PlannedAction | undefined {
  if (actions.includes("create") && actions.includes("delete")) return "replace";
  if (actions.includes("delete")) return "destroy";
  return actions.includes("create") ? "create" : actions.includes("update") ? "update" : undefined;
}

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

const containsTrue = (marks: unknown): boolean =>
  marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(containsTrue));

/** Arguments whose values differ, or may differ after the apply; sorted. */
export function changedArguments(change: ResourceChange): string[] {
  const { before, after, after_unknown } = change.change;
  const names = new Set([before, after, after_unknown].flatMap((values) => Object.keys(values ?? {})));
  return [...names].filter((name) => isUnknown(change, name) || !isSameJson(before?.[name], after?.[name])).sort();
}
