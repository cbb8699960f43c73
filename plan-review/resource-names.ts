import type { ResourceChange } from "./terraform-plan";

/** Names by address, without the address's hash. The first match wins. */
const NAMES: readonly (readonly [address: RegExp, name: string])[] = [
  [
    /^aws_cloudcontrolapi_resource\.key-pair-(.+)_security-key$/,
    "the security key (public key in Connect) of the key pair $1",
  ],
  [/^aws_ssm_parameter\.key-pair-(.+)_private-key$/, "the parameter with the private key of the key pair $1"],
  [/^aws_ssm_parameter\.payment/, "the parameter with the payment secret"],
  [/^aws_kms_key\.encryption-key$/, "the KMS key"],
  [/^aws_kms_alias\.encryption-key_/, "the alias of the KMS key"],
  [/^aws_kms_key\.monitoring_/, "the KMS key of the alarm topic"],
  [/^aws_kms_alias\.monitoring_/, "the alias of the alarm topic's KMS key"],
  [/^aws_connect_contact_flow\./, "the flow"],
  [/^aws_connect_contact_flow_module\./, "the flow module"],
  [/^aws_connect_phone_number_contact_flow_association\./, "the phone number's association with the flow"],
  [/^aws_connect_phone_number\./, "the phone number"],
  [/^aws_connect_lambda_function_association\./, "the function's association with Connect"],
  [/^aws_lambda_permission\./, "Connect's permission to invoke the function"],
  [/^aws_lambda_function\./, "the function"],
  [/^aws_cloudwatch_log_group\./, "the function's log group"],
  [/^aws_iam_role\.decrypt-function_/, "the function's role"],
  [/^aws_iam_role_policy\.decrypt-function_/, "the policy of the function's role"],
  [/^aws_iam_role\.monitoring_/, "the role of the reminders"],
  [/^aws_iam_role_policy\.monitoring_/, "the policy of the reminders' role"],
  [
    /^aws_scheduler_schedule\.monitoring_expiry-reminders_(.+)-1-days$/,
    "the reminder 1 day before the certificate of the key pair $1 expires",
  ],
  [
    /^aws_scheduler_schedule\.monitoring_expiry-reminders_(.+)-(\d+)-days$/,
    "the reminder $2 days before the certificate of the key pair $1 expires",
  ],
  [/^aws_scheduler_schedule_group\./, "the schedule group of the reminders"],
  [/^aws_cloudwatch_metric_alarm\.monitoring_alarms_(.+)$/, "the alarm $1"],
  [/^aws_cloudwatch_dashboard\./, "the dashboard"],
  [/^aws_sns_topic_subscription\./, "a subscription to the alarm topic"],
  [/^aws_sns_topic_policy\./, "the policy of the alarm topic"],
  [/^aws_sns_topic\./, "the alarm topic"],
  [/^terraform_data\.deployment_record$/, "the record of account and Region"],
];

/** This project's name for a resource; Terraform's address for a resource of another stack. */
export function nameOf({ type, name, address }: ResourceChange): string {
  // cdktf appends a hash of eight characters
  const readable = `${type}.${name.replace(/_[0-9A-F]{8}$/, "")}`;
  for (const [pattern, words] of NAMES) {
    const parts = pattern.exec(readable);
    if (parts) return words.replace(/\$(\d)/g, (_, part) => parts[Number(part)] ?? "");
  }
  return address;
}
