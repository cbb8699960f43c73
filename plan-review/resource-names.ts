import type { ResourceChange } from "./terraform-plan";

/** By the address without its hash. The first that fits. */
const NAMES: readonly (readonly [address: RegExp, name: string])[] = [
  [
    /^aws_cloudcontrolapi_resource\.key-pair-(.+)_security-key$/,
    "the security key (public key at Connect) of the key pair $1",
  ],
  [/^aws_ssm_parameter\.key-pair-(.+)_private-key$/, "the parameter with the private key of the key pair $1"],
  [/^aws_ssm_parameter\.payment/, "the parameter with the payment secret"],
  [/^aws_kms_key\.encryption-key$/, "the KMS key"],
  [/^aws_kms_alias\.encryption-key_/, "the KMS key's alias"],
  [/^aws_kms_key\.monitoring_/, "the KMS key of the alarms"],
  [/^aws_kms_alias\.monitoring_/, "the alias of the alarms' KMS key"],
  [/^aws_connect_contact_flow\./, "the flow"],
  [/^aws_connect_contact_flow_module\./, "the flow module"],
  [/^aws_connect_phone_number_contact_flow_association\./, "the phone number's way to the flow"],
  [/^aws_connect_phone_number\./, "the phone number"],
  [/^aws_connect_lambda_function_association\./, "the function's association with Connect"],
  [/^aws_lambda_permission\./, "Connect's permission to call the function"],
  [/^aws_lambda_function\./, "the function"],
  [/^aws_cloudwatch_log_group\./, "the function's log"],
  [/^aws_iam_role\.decrypt-function_/, "the function's role"],
  [/^aws_iam_role_policy\.decrypt-function_/, "what the function may do"],
  [/^aws_iam_role\.monitoring_/, "the reminders' role"],
  [/^aws_iam_role_policy\.monitoring_/, "what the reminders may do"],
  [
    /^aws_scheduler_schedule\.monitoring_expiry-reminders_(.+)-1-days$/,
    "the reminder (1 day before) that the certificate $1 ends",
  ],
  [
    /^aws_scheduler_schedule\.monitoring_expiry-reminders_(.+)-(\d+)-days$/,
    "the reminder ($2 days before) that the certificate $1 ends",
  ],
  [/^aws_scheduler_schedule_group\./, "the group of reminders"],
  [/^aws_cloudwatch_metric_alarm\.monitoring_alarms_(.+)$/, "the alarm $1"],
  [/^aws_cloudwatch_dashboard\./, "the dashboard"],
  [/^aws_sns_topic_subscription\./, "a subscriber of the alarms"],
  [/^aws_sns_topic_policy\./, "who may publish alarms"],
  [/^aws_sns_topic\./, "the topic of the alarms"],
];

/** What this project calls a resource; Terraform's address for one that it does not know. */
export function nameOf({ type, name, address }: ResourceChange): string {
  // cdktf appends a hash of eight digits
  const readable = `${type}.${name.replace(/_[0-9A-F]{8}$/, "")}`;
  for (const [pattern, words] of NAMES) {
    const parts = pattern.exec(readable);
    if (parts) return words.replace(/\$(\d)/g, (_, part) => parts[Number(part)] ?? "");
  }
  return address;
}

/** The key pair that a security key or a parameter belongs to. */
export const keyPairOf = ({ name }: ResourceChange): string | undefined =>
  /^key-pair-(.+)_(?:security-key|private-key)_[0-9A-F]{8}$/.exec(name)?.[1];
