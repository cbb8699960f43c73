import { keyIdOf, keyPairOf } from "../key-pairs";
import { nameOf, resourceIdOf } from "../resource-names";
import { actionOf, isForgotten, type ResourceChange } from "../terraform-plan";
import { findings, type PlanFinding } from "./finding";
import type { ReviewContext } from "./review-context";

const NEEDED_BY_CALLS =
  /^aws_(connect_contact_flow|connect_contact_flow_module|lambda_function|lambda_alias|lambda_permission|connect_lambda_function_association|connect_phone_number_contact_flow_association|iam_role\.decrypt-function|iam_role_policy\.decrypt-function)/;
const GIVES_ACCESS = /^aws_(iam_|kms_|lambda_permission\.|sns_topic_policy\.)/;
/** Alarms that only report whether a retired key is still in use. */
const KEY_USAGE_ALARM = /^aws_cloudwatch_metric_alarm\.monitoring_alarms_key-usage-/;
const MONITORING =
  /^aws_(cloudwatch_metric_alarm|cloudwatch_log_group|sns_topic|sns_topic_subscription|sns_topic_policy)\./;

/** Destroyed, replaced and forgotten resources: keys, what calls in progress need, and what reports problems. */
export function removalFindings(resource: ResourceChange, { keysInUse }: ReviewContext): PlanFinding[] {
  const action = actionOf(resource);
  if (action !== "destroy" && action !== "replace" && action !== "forget") return [];
  const left = resource.deposed === undefined ? "" : " (left over from an earlier apply)";
  const owner = `${nameOf(resource)}${left}`;
  const forgotten = isForgotten(resource)
    ? findings(forgottenKind(resource), [`${owner} is forgotten: it stays in AWS, and Terraform no longer manages it`])
    : [];
  if (action === "forget") return forgotten;
  return [
    ...forgotten,
    ...removed(resource, `${owner} is ${action === "destroy" ? "destroyed" : "replaced"}`, keysInUse),
  ];
}

function forgottenKind(resource: ResourceChange): PlanFinding["kind"] {
  const isKey = resource.type === "aws_kms_key" || resource.type === "aws_ssm_parameter";
  if (isKey || resource.type === "aws_cloudcontrolapi_resource") return "key";
  return GIVES_ACCESS.test(resourceIdOf(resource)) ? "access" : "unknown";
}

function removed(resource: ResourceChange, text: string, keysInUse: ReadonlySet<string>): PlanFinding[] {
  const { type, change } = resource;
  const id = resourceIdOf(resource);
  if (type === "aws_kms_key") {
    return findings("key", [`${text}: data that is encrypted under it can never be decrypted again`]);
  }
  if (type === "aws_connect_phone_number") {
    const number = change.before?.phone_number;
    const named = typeof number === "string" ? `${text}: ${number} is released` : `${text}: its number is released`;
    return findings("calls", [`${named}, and somebody else can get it`]);
  }
  const keyId = keyIdOf(resource);
  if (keyPairOf(resource) !== undefined && (keyId === undefined || keysInUse.has(keyId))) {
    return findings("key", [`${text} while the flow uses this key pair`]);
  }
  if (NEEDED_BY_CALLS.test(id)) return findings("calls", [text]);
  return MONITORING.test(id) && !KEY_USAGE_ALARM.test(id) ? findings("monitoring", [text]) : [];
}
