/** Terraform's plan as `terraform show -json` prints it, as far as it is read here. */
export interface TerraformPlan {
  resource_changes?: ResourceChange[];
  errored?: boolean;
}

export interface ResourceChange {
  address: string;
  mode: string;
  type: string;
  name: string;
  change: {
    actions: ("no-op" | "create" | "read" | "update" | "delete")[];
    before: Values | null;
    after: Values | null;
    /** `true` in the place of each value that is known after the apply */
    after_unknown: Values | boolean;
    before_sensitive?: Values | boolean;
    after_sensitive?: Values | boolean;
  };
}

export type Values = Record<string, unknown>;
export type Action = "create" | "update" | "replace" | "destroy";

/** A plan that cannot be summed up. */
class PlanError extends Error {}

/** Never quotes the text: it may hold anything. Throws a `PlanError` that begins with `source`. */
export function readPlan(text: string, source: string): TerraformPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    throw new PlanError(`${source} is not JSON: give what "terraform show -json PLAN" prints.`);
  }
  const { format_version, errored, resource_changes = [] } = Object(plan);
  if (typeof format_version !== "string" || !format_version.startsWith("1.")) {
    throw new PlanError(`${source} is no plan of Terraform's: give what "terraform show -json PLAN" prints.`);
  }
  if (!Array.isArray(resource_changes) || !resource_changes.every(isChange)) {
    throw new PlanError(`${source} has resource_changes that cannot be read: make the plan again.`);
  }
  if (errored) throw new PlanError(`${source} is of a plan that failed: correct what Terraform said, and plan again.`);
  return { resource_changes };
}

const isChange = (entry: unknown): entry is ResourceChange => {
  const { address, type, name, change } = Object(entry);
  return [address, type, name].every((text) => typeof text === "string") && Array.isArray(Object(change).actions);
};

/** Undefined for what stays as it is, and for what is only read. */
export function actionOf({ change: { actions } }: ResourceChange): Action | undefined {
  const has = (action: ResourceChange["change"]["actions"][number]) => actions.includes(action);
  if (has("create") && has("delete")) return "replace";
  if (has("delete")) return "destroy";
  return has("create") ? "create" : has("update") ? "update" : undefined;
}

/** JSON that a resource holds as text; undefined where there is none, or none that is known yet. */
export function parsed(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isUnknown = ({ change: { after_unknown } }: ResourceChange, argument: string): boolean =>
  containsTrue(Object(after_unknown)[argument]);

export const isSensitive = ({ change }: ResourceChange, argument: string): boolean =>
  [change.before_sensitive, change.after_sensitive].some(
    (marks) => marks === true || containsTrue(Object(marks)[argument]),
  );

const containsTrue = (marks: unknown): boolean =>
  marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(containsTrue));

/** The arguments whose values differ, or may. */
export function changedArguments(change: ResourceChange): string[] {
  const { before, after } = change.change;
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  for (const name of Object.keys(Object(change.change.after_unknown))) if (isUnknown(change, name)) names.add(name);
  return [...names].filter((name) => isUnknown(change, name) || !same(before?.[name], after?.[name])).sort();
}

/** Whatever the order of an object's members. */
export const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

export const canonical = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
