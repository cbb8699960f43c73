import { z } from "zod";
import { stackName } from "../../contract/stack-outputs";
import { isObject } from "../../flow-validation/json";
import { isFlow, sensitiveSettings, stepsOfFlow } from "../flow-content";
import { parseJson } from "../json";
import { type ConfiguredArguments, configuredArguments, expressionReferences } from "../plan-configuration";
import { resourceIdOf } from "../resource-names";
import type { ResourceChange, TerraformPlan } from "../terraform-plan";

/** The account, partition, Region and stack that a plan is for. An undefined value is not in the plan. */
export interface PlannedDeployment {
  account?: string | undefined;
  partition?: string | undefined;
  region?: string | undefined;
  /** such as `secure-ivr-prod` */
  stack?: string | undefined;
}

/** What a review of one resource needs to know of the whole plan. */
export interface ReviewContext {
  deployment: PlannedDeployment;
  /** undefined if the plan has no configuration */
  configured: ConfiguredArguments | undefined;
  /** key ids that a flow encrypts under before or after the apply: calls in progress continue with the flow from before */
  keysInUse: ReadonlySet<string>;
  resources: readonly ResourceChange[];
}

export function reviewContext(plan: TerraformPlan): ReviewContext {
  const resources = plan.resource_changes.filter(({ mode }) => mode === "managed");
  return {
    deployment: deploymentOf(plan, resources),
    configured: plan.configuration && configuredArguments(plan.configuration),
    keysInUse: keysInUse(resources),
    resources,
  };
}

function keysInUse(resources: readonly ResourceChange[]): Set<string> {
  const steps = resources
    .filter(isFlow)
    .flatMap(({ change: { before, after } }) => [...stepsOfFlow(before), ...stepsOfFlow(after)]);
  return new Set(steps.flatMap((step) => sensitiveSettings(step).InputEncryption?.EncryptionKeyId ?? []));
}

const FUNCTION_NAME_END = "-decrypt-customer-input";

function deploymentOf(
  { prior_state, configuration }: TerraformPlan,
  resources: readonly ResourceChange[],
): PlannedDeployment {
  const dataSource = (type: string, name: string) =>
    prior_state?.values?.root_module?.resources?.find(({ mode, ...data }) => mode === "data" && data.type === type)
      ?.values?.[name];
  const arn = existingArns(resources)[0];
  const text = (value: unknown) => z.string().safeParse(value).data;
  const provider = configuration?.provider_config?.aws?.expressions;
  return {
    account: text(dataSource("aws_caller_identity", "account_id")) ?? arn?.account,
    partition: text(dataSource("aws_partition", "partition")) ?? arn?.partition,
    region: text(constantOf(provider?.region)) ?? arn?.region,
    stack: stackOf(resources) ?? stackOfTags(provider?.default_tags),
  };
}

const ARN = /^arn:(aws[a-z-]*):[a-z-]+:([a-z0-9-]+):(\d{12}):/;
const SecurityKeyState = z.object({ InstanceId: z.string() });

/** ARNs of resources that exist: from the state, and of the Connect instance. A new resource cannot change them. */
function existingArns(resources: readonly ResourceChange[]) {
  const arns = resources.flatMap(({ type, change: { before, after } }) => [
    before?.arn,
    ...(type === "aws_cloudcontrolapi_resource"
      ? [SecurityKeyState.safeParse(parseJson((after ?? before)?.desired_state)).data?.InstanceId]
      : []),
  ]);
  return arns.flatMap((arn) => {
    const [, partition, region, account] = ARN.exec(String(arn)) ?? [];
    return partition && region && account ? [{ partition, region, account }] : [];
  });
}

function stackOf(resources: readonly ResourceChange[]): string | undefined {
  const found = resources.find((resource) => resourceIdOf(resource) === "aws_lambda_function.decrypt-function");
  const name = (found?.change.before ?? found?.change.after)?.function_name;
  return typeof name === "string" && name.endsWith(FUNCTION_NAME_END)
    ? name.slice(0, -FUNCTION_NAME_END.length)
    : undefined;
}

const DefaultTags = z.tuple([z.object({ tags: z.object({ constant_value: z.object({ Stage: z.string() }) }) })]);

function stackOfTags(expression: unknown): string | undefined {
  const [tags] = DefaultTags.safeParse(expression).data ?? [];
  return tags && stackName(tags.tags.constant_value.Stage);
}

const constantOf = (expression: unknown): unknown => (isObject(expression) ? expression.constant_value : undefined);

/**
 * Whether the configuration sets an argument; otherwise the AWS provider computes its value. Undefined if the plan does
 * not contain the configuration of this resource.
 */
export function isConfigured(
  { configured }: ReviewContext,
  { type, name }: ResourceChange,
  argument: string,
): boolean | undefined {
  const expressions = configured?.get(`${type}.${name}`);
  return expressions && Object.hasOwn(expressions, argument);
}

/** Whether an argument consists only of references to this project's resources that match, such as `aws_kms_key.a`. */
export function refersOnlyTo(
  { configured }: ReviewContext,
  { type, name }: ResourceChange,
  argument: string,
  pattern: RegExp,
): boolean {
  const references = expressionReferences(configured?.get(`${type}.${name}`)?.[argument]).map((reference) => {
    const [referredType = "", referredName = ""] = reference.split(".");
    return resourceIdOf({ type: referredType, name: referredName });
  });
  return references.length > 0 && references.every((id) => pattern.test(id));
}

/** Values by which other resources refer to a resource. */
const IDENTIFIERS = ["arn", "id", "name", "key_id", "function_name", "qualified_arn", "contact_flow_id", "version_arn"];

/** Whether a value identifies one of this project's resources that match, such as `aws_kms_key.encryption-key`. */
export const identifies = ({ resources }: ReviewContext, value: unknown, pattern: RegExp): boolean =>
  typeof value === "string" &&
  resources
    .filter((resource) => pattern.test(resourceIdOf(resource)))
    .some(({ change: { before, after } }) =>
      [before, after].some((values) => IDENTIFIERS.some((name) => values?.[name] === value)),
    );
