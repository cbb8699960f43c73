import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reviewOf } from "../../plan-review/review";
import { readPlan, type TerraformPlan } from "../../plan-review/terraform-plan";
import { PROJECT_DIR } from "./project";

/** Plans that Terraform 1.11 made of this project's stacks, and the comments on them. */
export const PLANS = join(PROJECT_DIR, "__tests__/fixtures/plans");
export const planFile = (name: string): string => join(PLANS, `${name}.golden.json`);
export const readPlanFile = (name: string): TerraformPlan => readPlan(readFileSync(planFile(name), "utf8"), name);
export const planNames = readdirSync(PLANS)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".golden.json", ""));

export type Json = Record<string, unknown>;

/** A change of a resource as Terraform writes it: by default an update of a managed resource. */
export interface ChangeOptions extends Json {
  before?: Json | null;
  after?: Json | null;
  actions?: string[];
}

/** An entry of `resource_changes`. */
export const resourceChange = (address: string, { before = null, after = null, ...rest }: ChangeOptions): Json => {
  const [type, name] = address.split(".");
  const actions = before === null ? ["create"] : after === null ? ["delete"] : ["update"];
  return { address, mode: "managed", type, name, change: { actions, before, after, after_unknown: {}, ...rest } };
};

/** A plan with these entries of `resource_changes`, and other parts. */
export const planOf = (changes: readonly Json[], parts: Json = {}): TerraformPlan =>
  readPlan(JSON.stringify({ format_version: "1.2", resource_changes: changes, ...parts }), "the test's plan");

/** A plan with one change. */
export const planOfChange = (address: string, change: ChangeOptions): TerraformPlan =>
  planOf([resourceChange(address, change)]);

/** The findings of a review, each as one text. */
export function reviewed(plan: TerraformPlan): { dangers: string[]; notUnderstood: string[] } {
  const { dangers, notUnderstood } = reviewOf(plan);
  return { dangers: dangers.map(({ kind, text }) => `${kind}: ${text}`), notUnderstood };
}

const ARN = (service: string, id: string, region = "us-east-1") => `arn:aws:${service}:${region}:123456789012:${id}`;

/** Identifiers of {@link EXISTING}. */
export const OWN = {
  key: ARN("kms", "key/11111111-2222-4333-8444-555555555555"),
  alarmKey: ARN("kms", "key/66666666-2222-4333-8444-555555555555"),
  function: ARN("lambda", "function:secure-ivr-dev-decrypt-customer-input"),
  functionRole: ARN("iam", "role/secure-ivr-dev-decrypt-customer-input", ""),
  reminderRole: ARN("iam", "role/secure-ivr-dev-expiry-reminders", ""),
  topic: ARN("sns", "secure-ivr-dev-alarms"),
  instance: ARN("connect", "instance/0a82aea4-4aec-442e-a70a-5182c3589d35"),
  flowId: "99999999-2222-4333-8444-555555555555",
};

/** Deployed resources that a plan does not change. */
export const EXISTING: readonly Json[] = Object.entries({
  "aws_kms_key.encryption-key_B3391E8B": { arn: OWN.key, key_id: OWN.key.split("/")[1] },
  "aws_kms_key.monitoring_topic_key_51BE73A6": { arn: OWN.alarmKey, key_id: OWN.alarmKey.split("/")[1] },
  "aws_lambda_function.decrypt-function_B286534F": {
    arn: OWN.function,
    function_name: "secure-ivr-dev-decrypt-customer-input",
  },
  "aws_iam_role.decrypt-function_role_38FB9D99": {
    arn: OWN.functionRole,
    name: "secure-ivr-dev-decrypt-customer-input",
  },
  "aws_iam_role.monitoring_expiry-reminders_role_9806CF47": {
    arn: OWN.reminderRole,
    name: "secure-ivr-dev-expiry-reminders",
  },
  "aws_sns_topic.monitoring_topic_DC51B990": { arn: OWN.topic },
  "aws_connect_contact_flow.capture_flow_A1930241": { contact_flow_id: OWN.flowId },
}).map(([address, values]) => resourceChange(address, { before: values, after: values, actions: ["no-op"] }));

/** The review of one change in a plan that also contains {@link EXISTING}. */
export const reviewOfChange = (address: string, change: ChangeOptions, parts: Json = {}) =>
  reviewed(
    planOf([resourceChange(address, change), ...EXISTING.filter((existing) => existing.address !== address)], parts),
  );
