import { createHash } from "node:crypto";
import { canonicalJson, isSameJson } from "./json";
import { actionOf, type ResourceChange, type TerraformPlan } from "./terraform-plan";

/** Values that AWS changes by itself, by resource type. A refresh may find them changed without any effect on the plan. */
const CHANGED_BY_AWS: Readonly<Record<string, readonly string[]>> = {
  aws_cloudcontrolapi_resource: ["schema"],
  aws_lambda_function: ["last_modified"],
  aws_sns_topic_subscription: ["pending_confirmation"],
};
const IDENTITY = ["id", "arn", "name"];

/**
 * SHA-256 in hex. It identifies what an apply of the plan does: the values before and after of each changed resource and
 * output, also sensitive ones, with the function package's hash, and the configuration (providers, provisioners and
 * references).
 *
 * A plan that is made twice of the same configuration and state has the same digest, on each machine. Therefore it leaves
 * out what depends on the time or on a refresh: timestamps, Terraform's version, the drift, the values of resources that
 * do not change, and {@link CHANGED_BY_AWS}. The file names in a plan are relative to the stack.
 */
export function digestOf(plan: TerraformPlan): string {
  const { resource_changes, output_changes, deferred_changes, configuration, complete } = plan;
  const outputs = Object.entries(output_changes).filter(([, { actions }]) => !isSameJson(actions, ["no-op"]));
  return createHash("sha256")
    .update(
      canonicalJson({
        changes: sortedByAddress(resource_changes).map(effectOf),
        outputs: Object.fromEntries(outputs),
        deferred: deferred_changes,
        configuration,
        complete: complete !== false,
      }),
    )
    .digest("hex");
}

const sortedByAddress = (changes: readonly ResourceChange[]): ResourceChange[] =>
  changes
    .map((change) => ({ change, key: canonicalJson([change.address, change.deposed, change.mode]) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ change }) => change);

function effectOf(resource: ResourceChange): unknown {
  const { change, ...rest } = resource;
  const { before, after } = change;
  const keepOnly = (values: typeof before, keep: (name: string) => boolean) =>
    values && Object.fromEntries(Object.entries(values).filter(([name]) => keep(name)));
  const isChanged = (name: string) => !isSameJson(before?.[name], after?.[name]);
  const changedByAws = CHANGED_BY_AWS[resource.type] ?? [];
  const matters = (name: string) =>
    isChanged(name) || (actionOf(resource) === undefined ? IDENTITY.includes(name) : !changedByAws.includes(name));
  return { ...rest, change: { ...change, before: keepOnly(before, matters), after: keepOnly(after, matters) } };
}
