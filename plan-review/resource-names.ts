import type { ResourceChange } from "./terraform-plan";

/** This project's resources: the ids that its constructs give them, and their names. */
const NAMES: readonly (readonly [resource: RegExp, name: string])[] = [
  [
    /^aws_cloudcontrolapi_resource\.key-pair-([\w-]+)_security-key$/,
    "the security key (public key in Connect) of the key pair $1",
  ],
  [/^aws_ssm_parameter\.key-pair-([\w-]+)_private-key$/, "the parameter with the private key of the key pair $1"],
  [/^aws_ssm_parameter\.payment-secret$/, "the parameter with the payment secret"],
  [/^aws_kms_key\.encryption-key$/, "the KMS key"],
  [/^aws_kms_alias\.encryption-key_alias$/, "the alias of the KMS key"],
  [/^aws_kms_key\.monitoring_topic_key$/, "the KMS key of the alarm topic"],
  [/^aws_kms_alias\.monitoring_topic_alias$/, "the alias of the alarm topic's KMS key"],
  [/^aws_connect_contact_flow\.capture_flow$/, "the flow"],
  [/^aws_connect_contact_flow_module\.capture_module$/, "the flow module"],
  [
    /^aws_connect_phone_number_contact_flow_association\.capture_phone-number-flow$/,
    "the phone number's association with the flow",
  ],
  [/^aws_connect_phone_number\.capture_phone-number$/, "the phone number"],
  [
    /^aws_connect_lambda_function_association\.decrypt-function_association$/,
    "the function's association with Connect",
  ],
  [/^aws_lambda_permission\.decrypt-function_connect-may-invoke$/, "Connect's permission to invoke the function"],
  [
    /^aws_lambda_permission\.decrypt-function_provisioned_connect-may-invoke$/,
    "Connect's permission to invoke the function's alias",
  ],
  [/^aws_lambda_function\.decrypt-function$/, "the function"],
  [/^aws_lambda_alias\.decrypt-function_provisioned_alias$/, "the function's alias"],
  [
    /^aws_lambda_provisioned_concurrency_config\.decrypt-function_provisioned_concurrency$/,
    "the function's provisioned concurrency",
  ],
  [/^aws_lambda_code_signing_config\.decrypt-function_signed-package_config$/, "the function's code signing"],
  [
    /^aws_signer_signing_profile\.decrypt-function_signed-package_profile$/,
    "the signing profile of the function's code",
  ],
  [/^aws_signer_signing_job\.decrypt-function_signed-package_job$/, "the signing job of the function's code"],
  [/^aws_s3_object\.decrypt-function_signed-package_unsigned$/, "the unsigned package of the function"],
  [/^aws_cloudwatch_log_group\.decrypt-function_logs$/, "the function's log group"],
  [/^aws_iam_role\.decrypt-function_role$/, "the function's role"],
  [/^aws_iam_role_policy\.decrypt-function_policy$/, "the policy of the function's role"],
  [/^aws_iam_role\.monitoring_expiry-reminders_role$/, "the role of the reminders"],
  [/^aws_iam_role_policy\.monitoring_expiry-reminders_policy$/, "the policy of the reminders' role"],
  [
    /^aws_scheduler_schedule\.monitoring_expiry-reminders_([\w-]+)-1-days$/,
    "the reminder 1 day before the certificate of the key pair $1 expires",
  ],
  [
    /^aws_scheduler_schedule\.monitoring_expiry-reminders_([\w-]+)-(\d+)-days$/,
    "the reminder $2 days before the certificate of the key pair $1 expires",
  ],
  [/^aws_scheduler_schedule_group\.monitoring_expiry-reminders_group$/, "the schedule group of the reminders"],
  [/^aws_cloudwatch_metric_alarm\.monitoring_alarms_([\w-]+)$/, "the alarm $1"],
  [/^aws_cloudwatch_dashboard\.monitoring_dashboard$/, "the dashboard"],
  [/^aws_sns_topic_subscription\.monitoring_topic_email-[\w-]+$/, "a subscription to the alarm topic"],
  [/^aws_sns_topic_policy\.monitoring_topic_policy$/, "the policy of the alarm topic"],
  [/^aws_sns_topic\.monitoring_topic$/, "the alarm topic"],
  [/^terraform_data\.deployment_record$/, "the record of account and Region"],
];

/** `type.name` without the hash of eight characters that cdktf appends. */
export const resourceIdOf = ({ type, name }: Pick<ResourceChange, "type" | "name">): string =>
  `${type}.${name.replace(/_[0-9A-F]{8}$/, "")}`;

/** This project's name for a resource; Terraform's address for a resource that this project does not have. */
export function nameOf(resource: ResourceChange): string {
  return projectNameOf(resource) ?? resource.address;
}

/** Undefined for a resource that this project does not have. */
export function projectNameOf(resource: ResourceChange): string | undefined {
  // This project uses no modules, `count` or `for_each`.
  if (resource.module_address !== undefined || resource.index !== undefined) return undefined;
  const id = resourceIdOf(resource);
  for (const [pattern, words] of NAMES) {
    const parts = pattern.exec(id);
    if (parts) return words.replace(/\$(\d)/g, (_, part) => parts[Number(part)] ?? "");
  }
  return undefined;
}
