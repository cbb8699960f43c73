import { UNDERSTOOD_TYPES } from "../../plan-review/dangers/understood-types";
import { jsonLine } from "../../plan-review/json";
import { type Json, OWN, reviewOfChange } from "../support/plans";

const ADDRESS = {
  securityKey: "aws_cloudcontrolapi_resource.key-pair-primary_security-key_D376B2AD",
  dashboard: "aws_cloudwatch_dashboard.monitoring_dashboard_CB3271E2",
  logs: "aws_cloudwatch_log_group.decrypt-function_logs_7A5580B0",
  alarm: "aws_cloudwatch_metric_alarm.monitoring_alarms_throttles_221362D9",
  flow: "aws_connect_contact_flow.capture_flow_A1930241",
  module: "aws_connect_contact_flow_module.capture_module_A1930241",
  association: "aws_connect_lambda_function_association.decrypt-function_association_2E7C9108",
  number: "aws_connect_phone_number.capture_phone-number_C68957D2",
  numberFlow: "aws_connect_phone_number_contact_flow_association.capture_phone-number-flow_E37A8FF6",
  role: "aws_iam_role.decrypt-function_role_38FB9D99",
  rolePolicy: "aws_iam_role_policy.decrypt-function_policy_D66F065E",
  keyAlias: "aws_kms_alias.encryption-key_alias_EA42CC1F",
  key: "aws_kms_key.encryption-key_B3391E8B",
  functionAlias: "aws_lambda_alias.decrypt-function_provisioned_alias_B12C6A82",
  codeSigning: "aws_lambda_code_signing_config.decrypt-function_signed-package_config_C40C61DA",
  function: "aws_lambda_function.decrypt-function_B286534F",
  permission: "aws_lambda_permission.decrypt-function_connect-may-invoke_742848F1",
  concurrency: "aws_lambda_provisioned_concurrency_config.decrypt-function_provisioned_concurrency_7DCF48C1",
  object: "aws_s3_object.decrypt-function_signed-package_unsigned_DE290DC9",
  reminder: "aws_scheduler_schedule.monitoring_expiry-reminders_primary-7-days_5B29BBE7",
  group: "aws_scheduler_schedule_group.monitoring_expiry-reminders_group_ACA02A0F",
  signingJob: "aws_signer_signing_job.decrypt-function_signed-package_job_5DDF2ECE",
  signingProfile: "aws_signer_signing_profile.decrypt-function_signed-package_profile_CF6F9323",
  topic: "aws_sns_topic.monitoring_topic_DC51B990",
  topicPolicy: "aws_sns_topic_policy.monitoring_topic_policy_D7E45924",
  subscription: "aws_sns_topic_subscription.monitoring_topic_email-opsexamplecom_0A23DB55",
  parameter: "aws_ssm_parameter.key-pair-primary_private-key_331320A3",
  record: "terraform_data.deployment_record_0F24F804",
} as const;
type Name = keyof typeof ADDRESS;

/** What the review calls a resource. */
const NAME: Record<Name, string> = {
  securityKey: "the security key (public key in Connect) of the key pair primary",
  dashboard: "the dashboard",
  logs: "the function's log group",
  alarm: "the alarm throttles",
  flow: "the flow",
  module: "the flow module",
  association: "the function's association with Connect",
  number: "the phone number",
  numberFlow: "the phone number's association with the flow",
  role: "the function's role",
  rolePolicy: "the policy of the function's role",
  keyAlias: "the alias of the KMS key",
  key: "the KMS key",
  functionAlias: "the function's alias",
  codeSigning: "the function's code signing",
  function: "the function",
  permission: "Connect's permission to invoke the function",
  concurrency: "the function's provisioned concurrency",
  object: "the unsigned package of the function",
  reminder: "the reminder 7 days before the certificate of the key pair primary expires",
  group: "the schedule group of the reminders",
  signingJob: "the signing job of the function's code",
  signingProfile: "the signing profile of the function's code",
  topic: "the alarm topic",
  topicPolicy: "the policy of the alarm topic",
  subscription: "a subscription to the alarm topic",
  parameter: "the parameter with the private key of the key pair primary",
  record: "the record of account and Region",
};

/** Arguments that can have any value. */
const ANY_VALUE: Record<Name, string[]> = {
  securityKey: ["properties", "schema"],
  dashboard: ["dashboard_name", "dashboard_body", "dashboard_arn"],
  logs: ["name", "name_prefix", "deletion_protection_enabled"],
  alarm: [
    ...["alarm_name", "alarm_description", "threshold", "period", "evaluation_periods", "datapoints_to_alarm"],
    "evaluate_low_sample_count_percentiles",
  ],
  flow: ["name", "description", "contact_flow_id", "instance_id"],
  module: ["name", "description", "contact_flow_module_id", "instance_id"],
  association: ["instance_id"],
  number: ["country_code", "type", "prefix", "description", "phone_number", "status"],
  numberFlow: ["phone_number_id", "instance_id"],
  role: ["name", "name_prefix", "description", "create_date", "unique_id"],
  rolePolicy: ["name", "name_prefix"],
  keyAlias: ["name", "name_prefix", "target_key_arn"],
  key: ["description", "key_id"],
  functionAlias: ["name", "description", "function_name", "invoke_arn"],
  codeSigning: ["description", "config_id", "last_modified"],
  function: [
    ...["function_name", "description", "memory_size", "timeout", "publish", "vpc_config", "ephemeral_storage"],
    ...["last_modified", "version", "qualified_arn", "invoke_arn", "qualified_invoke_arn", "source_code_size"],
    ...["signing_job_arn", "signing_profile_version_arn", "response_streaming_invoke_arn"],
  ],
  permission: ["function_name", "qualifier", "statement_id", "statement_id_prefix"],
  concurrency: ["function_name", "qualifier", "provisioned_concurrent_executions"],
  object: [
    ...["bucket", "key", "source", "etag", "version_id", "content_type", "storage_class", "server_side_encryption"],
    ...["kms_key_id", "bucket_key_enabled", "checksum_crc32", "checksum_crc32c", "checksum_crc64nvme"],
    ...["checksum_sha1", "checksum_sha256"],
  ],
  reminder: [
    ...["name", "name_prefix", "description", "group_name", "schedule_expression", "schedule_expression_timezone"],
    ...["flexible_time_window", "start_date", "end_date", "action_after_completion"],
  ],
  group: ["name", "name_prefix", "creation_date", "last_modification_date", "state"],
  signingJob: [
    ...["profile_name", "profile_version", "source", "destination", "job_id", "job_owner", "job_invoker"],
    ...["completed_at", "created_at", "platform_display_name", "platform_id", "requested_by", "revocation_record"],
    ...["signature_expires_at", "signed_object", "status", "status_reason"],
  ],
  signingProfile: [
    ...["name", "name_prefix", "platform_display_name", "revocation_record", "signature_validity_period", "status"],
    ...["version", "version_arn"],
  ],
  topic: [
    ...["name", "name_prefix", "display_name", "owner", "beginning_archive_time", "signature_version"],
    ...["tracing_config", "fifo_throughput_scope"],
  ],
  topicPolicy: ["owner"],
  subscription: [
    ...["endpoint", "topic_arn", "owner_id", "pending_confirmation", "confirmation_was_authenticated"],
    ...["filter_policy_scope", "confirmation_timeout_in_minutes", "endpoint_auto_confirms"],
  ],
  parameter: ["name", "description", "has_value_wo", "value_wo", "value_wo_version", "version"],
  record: ["input", "output", "triggers_replace"],
};
const COMMON = ["id", "tags", "tags_all", "timeouts"];
const names = Object.keys(ADDRESS) as Name[];

it("covers each understood type", () => {
  expect(names.map((name) => ADDRESS[name].split(".")[0]).sort()).toEqual(Object.keys(UNDERSTOOD_TYPES).sort());
});

it.each(names)("%s: understands harmless arguments, and no other", (name) => {
  const harmless = [...COMMON, ...(name === "topicPolicy" ? [] : ["arn"]), ...ANY_VALUE[name]];
  const values = (value: string) => Object.fromEntries(harmless.map((argument) => [argument, value]));
  const review = (before: Json, after: Json, rest: object = {}) =>
    reviewOfChange(ADDRESS[name], { before, after, ...rest });
  expect(review(values("a"), values("b"))).toEqual({ dangers: [], notUnderstood: [] });
  expect(review({ other: "a" }, { other: "b" })).toEqual({
    dangers: [],
    notUnderstood: [`${NAME[name]} has other = b`],
  });
  expect(review({ other: "a" }, {})).toEqual({ dangers: [], notUnderstood: [`${NAME[name]} has other = null`] });
  expect(review({}, { toString: 1 } as never).notUnderstood).toEqual([`${NAME[name]} has toString = 1`]);
  expect(review({}, {}, { after_unknown: { other: true } }).notUnderstood).toEqual([
    `${NAME[name]} gets its other only during the apply`,
  ]);
  const sensitive = review({ other: "a" }, { other: "b" }, { after_sensitive: { other: true } });
  expect(sensitive.notUnderstood).toEqual([`${NAME[name]} has other = (sensitive)`]);
});

const target = (rest: object = {}) => [
  {
    arn: "arn:aws:scheduler:::aws-sdk:sns:publish",
    role_arn: OWN.reminderRole,
    input: "{}",
    dead_letter_config: [],
    ...rest,
  },
];
const logging = (rest: object = {}) => [
  {
    log_format: "JSON",
    application_log_level: "INFO",
    system_log_level: "INFO",
    log_group: "/aws/lambda/secure-ivr-dev-decrypt-customer-input",
    ...rest,
  },
];
const publishers = (...arns: string[]) => [{ signing_profile_version_arns: arns }];
const PEM = "-----BEGIN PUBLIC KEY-----\nMIIB+/=\n-----END PUBLIC KEY-----\n";
const desiredState = (rest: object = {}) => JSON.stringify({ InstanceId: OWN.instance, Key: PEM, ...rest });

/** An update of one argument, and what the review says after the resource's name; with the kind, or `?` if not understood. */
const UPDATES: [Name, string, unknown, unknown, ...string[]][] = [
  [
    "securityKey",
    "type_name",
    "AWS::Connect::SecurityKey",
    "AWS::IAM::Role",
    "access: is a resource of the type AWS::IAM::Role",
  ],
  ["securityKey", "type_name", "x", "AWS::Connect::SecurityKey"],
  ["securityKey", "desired_state", "x", desiredState()],
  ["securityKey", "desired_state", desiredState(), "x", "? has desired_state = x"],
  [
    "securityKey",
    "desired_state",
    "x",
    desiredState({ Other: 1 }),
    `? has desired_state = ${desiredState({ Other: 1 })}`,
  ],
  [
    "securityKey",
    "desired_state",
    "x",
    desiredState({ InstanceId: "x" }),
    `? has desired_state = ${desiredState({ InstanceId: "x" })}`,
  ],
  [
    "securityKey",
    "desired_state",
    "x",
    desiredState({ Key: "x" }),
    `? has desired_state = ${desiredState({ Key: "x" })}`,
  ],
  ["securityKey", "role_arn", null, "r", "? has role_arn = r"],

  ["logs", "retention_in_days", 365, 364, "monitoring: keeps logs for 364 days instead of 365"],
  ["logs", "retention_in_days", 365, 365 * 2],
  ["logs", "retention_in_days", 365, 0],
  ["logs", "retention_in_days", 365, null],
  ["logs", "retention_in_days", 0, 3653, "monitoring: keeps logs for 3653 days instead of forever"],
  ["logs", "retention_in_days", null, 3653, "monitoring: keeps logs for 3653 days instead of forever"],
  ["logs", "kms_key_id", OWN.key, null, "encryption: is no longer encrypted under its own KMS key (kms_key_id)"],
  ["logs", "kms_key_id", OWN.key, "", "encryption: is no longer encrypted under its own KMS key (kms_key_id)"],
  ["logs", "kms_key_id", OWN.key, "other", "encryption: is encrypted under another KMS key (kms_key_id = other)"],
  [
    "logs",
    "kms_key_id",
    OWN.key,
    OWN.alarmKey,
    `encryption: is encrypted under another KMS key (kms_key_id = ${OWN.alarmKey})`,
  ],
  ["logs", "kms_key_id", null, OWN.key],
  ["logs", "log_group_class", "STANDARD", "INFREQUENT_ACCESS", "? has log_group_class = INFREQUENT_ACCESS"],
  ["logs", "log_group_class", "DELIVERY", "STANDARD"],
  ["logs", "skip_destroy", false, true, "? has skip_destroy = true"],
  ["logs", "skip_destroy", true, false],

  ...["namespace", "metric_name", "dimensions", "metric_query", "comparison_operator", "statistic", "unit"].map(
    (argument): [Name, string, unknown, unknown, ...string[]] => [
      "alarm",
      argument,
      "a",
      "b",
      `monitoring: watches something else (${argument})`,
    ],
  ),
  ...["extended_statistic", "treat_missing_data", "threshold_metric_id"].map(
    (argument): [Name, string, unknown, unknown, ...string[]] => [
      "alarm",
      argument,
      "a",
      "b",
      `monitoring: watches something else (${argument})`,
    ],
  ),
  ["alarm", "actions_enabled", true, false, "monitoring: sends no notification"],
  ["alarm", "actions_enabled", false, true],
  ["alarm", "actions_enabled", false, null],
  ["alarm", "alarm_actions", [OWN.topic], [], "monitoring: no longer sends a notification"],
  ["alarm", "alarm_actions", [OWN.topic], null, "monitoring: no longer sends a notification"],
  ["alarm", "alarm_actions", [], [OWN.topic]],
  ["alarm", "alarm_actions", [OWN.topic], [OWN.topic, "arn:other"], "? notifies arn:other"],
  ["alarm", "ok_actions", [], ["arn:other"], '? has ok_actions = ["arn:other"]'],

  ["flow", "type", "CONTACT_FLOW", "CUSTOMER_HOLD", "? has type = CUSTOMER_HOLD"],
  ["flow", "type", "CUSTOMER_HOLD", "CONTACT_FLOW"],
  ["flow", "filename", null, "flow.json", "? has filename = flow.json"],
  ["association", "function_arn", "x", OWN.function],
  [
    "association",
    "function_arn",
    OWN.function,
    "arn:other",
    "access: allows Connect to invoke another function: arn:other",
  ],
  ["number", "target_arn", "a", "b", "calls: moves to b"],
  ["numberFlow", "contact_flow_id", OWN.flowId, "other", "calls: leads to another flow: other"],
  ["numberFlow", "contact_flow_id", "other", OWN.flowId],

  ["role", "path", "/", "/x/", "? has path = /x/"],
  ["role", "path", "/x/", "/"],
  ["role", "max_session_duration", 3600, 43200, "? has max_session_duration = 43200"],
  ["role", "max_session_duration", 43200, 3600],
  ["role", "force_detach_policies", false, true, "? has force_detach_policies = true"],
  ["role", "force_detach_policies", true, false],
  ["rolePolicy", "role", "secure-ivr-dev-decrypt-customer-input", "admin", "access: is attached to the role admin"],
  ["rolePolicy", "role", "admin", "secure-ivr-dev-expiry-reminders"],

  ["keyAlias", "target_key_id", OWN.key, OWN.alarmKey],
  ["keyAlias", "target_key_id", OWN.key, OWN.key.split("/")[1]],
  ["keyAlias", "target_key_id", OWN.key, "other", "encryption: leads to another key: other"],
  ["key", "enable_key_rotation", true, false, "encryption: no longer rotates every year"],
  ["key", "enable_key_rotation", true, null, "encryption: no longer rotates every year"],
  ["key", "enable_key_rotation", false, true],
  ["key", "deletion_window_in_days", 30, 29, "key: can be deleted within 29 days instead of 30"],
  ["key", "deletion_window_in_days", null, 7, "key: can be deleted within 7 days instead of 30"],
  ["key", "deletion_window_in_days", 7, 8],
  ["key", "deletion_window_in_days", 7, null],
  ["key", "deletion_window_in_days", 20, 10, "key: can be deleted within 10 days instead of 20"],
  ["key", "is_enabled", true, false, "key: is disabled: what is encrypted under it cannot be decrypted"],
  ["key", "is_enabled", false, true],
  ["key", "is_enabled", false, null],
  ["key", "rotation_period_in_days", 365, 366, "encryption: rotates only every 366 days"],
  ["key", "rotation_period_in_days", 366, 365],
  ["key", "rotation_period_in_days", 366, null],
  ["key", "bypass_policy_lockout_safety_check", false, true, "key: can get a policy that no one can change again"],
  ["key", "bypass_policy_lockout_safety_check", true, false],
  ["key", "bypass_policy_lockout_safety_check", true, null],
  ["key", "key_usage", "ENCRYPT_DECRYPT", "SIGN_VERIFY", "? has key_usage = SIGN_VERIFY"],
  ["key", "key_usage", "SIGN_VERIFY", "ENCRYPT_DECRYPT"],
  ["key", "customer_master_key_spec", "SYMMETRIC_DEFAULT", "RSA_2048", "? has customer_master_key_spec = RSA_2048"],
  ["key", "customer_master_key_spec", "RSA_2048", "SYMMETRIC_DEFAULT"],
  ["key", "multi_region", false, true, "? has multi_region = true"],
  ["key", "multi_region", true, false],
  ["key", "custom_key_store_id", null, "x", "? has custom_key_store_id = x"],
  ["key", "policy", null, "", ...[]],

  ["functionAlias", "function_version", "1", "2", "? leads to the version 2"],
  ["functionAlias", "routing_config", [], [{ a: 1 }], 'code: leads some calls to another version: [{"a": 1}]'],
  ["functionAlias", "routing_config", [{ a: 1 }], []],
  [
    "codeSigning",
    "policies",
    [{ untrusted_artifact_on_deployment: "Enforce" }],
    [{ untrusted_artifact_on_deployment: "Warn" }],
    "code: accepts code that is not signed",
  ],
  ["codeSigning", "policies", [], [{ untrusted_artifact_on_deployment: "Enforce" }]],
  [
    "codeSigning",
    "policies",
    [{ untrusted_artifact_on_deployment: "Enforce" }],
    [],
    "code: accepts code that is not signed",
  ],
  ["codeSigning", "allowed_publishers", publishers("a"), publishers("a", "b"), "code: accepts code that b signs"],
  ["codeSigning", "allowed_publishers", publishers("a", "b"), publishers("b")],
  ["codeSigning", "allowed_publishers", publishers("a"), [], "? has allowed_publishers = []"],
  ["codeSigning", "allowed_publishers", null, publishers("a"), "code: accepts code that a signs"],

  ["function", "role", OWN.functionRole, OWN.reminderRole, `access: runs with another role: ${OWN.reminderRole}`],
  ["function", "role", "x", OWN.functionRole],
  ["function", "kms_key_arn", OWN.key, null, "encryption: is no longer encrypted under its own KMS key (kms_key_arn)"],
  ["function", "kms_key_arn", OWN.key, "other", "encryption: is encrypted under another KMS key (kms_key_arn = other)"],
  ["function", "kms_key_arn", null, OWN.key],
  ["function", "code_signing_config_arn", "a", null, "code: no longer requires signed code"],
  ["function", "code_signing_config_arn", "a", "b", "code: has another code signing configuration: b"],
  ["function", "runtime", "nodejs24.x", "python3.13", "code: runs in another runtime: python3.13"],
  ["function", "runtime", "nodejs20.x", "nodejs24.x"],
  ["function", "handler", "index.handler", "evil.handler", "code: runs another handler: evil.handler"],
  ["function", "handler", "evil.handler", "index.handler"],
  ["function", "architectures", ["arm64"], ["x86_64"], 'code: runs on another architecture: ["x86_64"]'],
  ["function", "architectures", ["x86_64"], ["arm64"]],
  ["function", "package_type", "Zip", "Image", "code: runs another kind of package: Image"],
  ["function", "package_type", "Image", "Zip"],
  ["function", "image_uri", null, "registry/image", "code: runs the image registry/image"],
  ["function", "image_uri", "registry/image", null],
  [
    "function",
    "image_config",
    [],
    [{ command: ["x"] }],
    'code: runs another command of an image: [{"command": ["x"]}]',
  ],
  ["function", "layers", [], ["arn:layer"], 'code: runs code of the layers ["arn:layer"]'],
  ["function", "layers", ["arn:layer"], []],
  ["function", "file_system_config", [], [{ arn: "x" }], 'code: reads files of [{"arn": "x"}]'],
  ["function", "tracing_config", [], [{ mode: "Active" }]],
  ["function", "tracing_config", [{ mode: "Active" }], [{ mode: "PassThrough" }]],
  ["function", "tracing_config", [], [{ mode: "Other" }], '? has tracing_config = [{"mode": "Other"}]'],
  ["function", "logging_config", [], logging()],
  ["function", "logging_config", logging(), []],
  ["function", "logging_config", [], logging({ application_log_level: null, system_log_level: null })],
  ["function", "logging_config", [], logging({ application_log_level: "FATAL", system_log_level: "WARN" })],
  ...[
    { log_format: "Text" },
    { application_log_level: "DEBUG" },
    { system_log_level: "DEBUG" },
    { log_group: "/aws/lambda/other" },
    { other: 1 },
  ].map((rest): [Name, string, unknown, unknown, ...string[]] => [
    "function",
    "logging_config",
    [],
    logging(rest),
    `? has logging_config = ${jsonLine(logging(rest))}`,
  ]),
  [
    "function",
    "reserved_concurrent_executions",
    20,
    0,
    "calls: can handle no invocation (reserved_concurrent_executions = 0)",
  ],
  ["function", "reserved_concurrent_executions", 0, 20],
  ["function", "reserved_concurrent_executions", 20, -1],
  ["function", "replace_security_groups_on_destroy", false, true, "? has replace_security_groups_on_destroy = true"],
  ["function", "replace_security_groups_on_destroy", true, false],
  ["function", "skip_destroy", false, true, "? has skip_destroy = true"],
  ["function", "skip_destroy", true, false],
  ["function", "dead_letter_config", [], ["x"], '? has dead_letter_config = ["x"]'],
  ["concurrency", "skip_destroy", false, true, "? has skip_destroy = true"],
  ["concurrency", "skip_destroy", true, false],

  ...[
    "action",
    "principal",
    "source_arn",
    "source_account",
    "principal_org_id",
    "function_url_auth_type",
    "event_source_token",
  ].map((argument): [Name, string, unknown, unknown, ...string[]] => [
    "permission",
    argument,
    "a",
    "*",
    `access: changes who can invoke the function: ${argument} is *`,
  ]),
  [
    "permission",
    "principal",
    "x",
    "connect.amazonaws.com",
    "access: changes who can invoke the function: principal is connect.amazonaws.com",
  ],
  [
    "permission",
    "principal_org_id",
    "x",
    null,
    "access: changes who can invoke the function: principal_org_id is null",
  ],
  [
    "permission",
    "source_arn",
    "x",
    OWN.instance,
    `access: changes who can invoke the function: source_arn is ${OWN.instance}`,
  ],

  ["object", "acl", "private", "public-read", "access: can be read by others: acl = public-read"],
  ["object", "acl", "public-read", "private"],
  ["object", "acl", "public-read", null],
  ["object", "force_destroy", false, true, "? has force_destroy = true"],
  ["object", "force_destroy", true, false],
  ["object", "content", null, "x", "? has content = x"],

  ["reminder", "state", "ENABLED", "DISABLED", "monitoring: sends no reminder: its state is DISABLED"],
  ["reminder", "state", "DISABLED", "ENABLED"],
  ["reminder", "target", [], target()],
  ["reminder", "target", [], target({ retry_policy: [{ maximum_retry_attempts: 1 }] })],
  ["reminder", "target", target(), target({ arn: "arn:aws:lambda:x" }), "access: calls arn:aws:lambda:x"],
  [
    "reminder",
    "target",
    target(),
    target({ arn: "arn:aws:scheduler:::aws-sdk:sns:publishx" }),
    "access: calls arn:aws:scheduler:::aws-sdk:sns:publishx",
  ],
  ["reminder", "target", target(), target({ role_arn: "other" }), "access: uses the role other"],
  ["reminder", "target", target(), target({ role_arn: null }), "access: uses the role null"],
  ["reminder", "target", target(), target({ role_arn: undefined }), "access: uses the role null"],
  ["reminder", "target", target(), target({ role_arn: OWN.functionRole }), `access: uses the role ${OWN.functionRole}`],
  ["reminder", "target", target(), [], "? has target = []"],
  [
    "reminder",
    "target",
    target(),
    [...target(), ...target()],
    `? has target = ${jsonLine([...target(), ...target()])}`,
  ],
  ["reminder", "kms_key_arn", null, "x", "? has kms_key_arn = x"],
  ["signingJob", "ignore_signing_job_failure", false, true, "code: ignores that signing failed: true"],
  ["signingJob", "ignore_signing_job_failure", true, false],
  ["signingProfile", "platform_id", "AWSLambda-SHA384-ECDSA", "Other", "? has platform_id = Other"],
  ["signingProfile", "platform_id", "Other", "AWSLambda-SHA384-ECDSA"],

  [
    "topic",
    "kms_master_key_id",
    OWN.alarmKey,
    null,
    "encryption: is no longer encrypted under its own KMS key (kms_master_key_id)",
  ],
  [
    "topic",
    "kms_master_key_id",
    OWN.alarmKey,
    OWN.key,
    `encryption: is encrypted under another KMS key (kms_master_key_id = ${OWN.key})`,
  ],
  ["topic", "kms_master_key_id", "alias/aws/sns", OWN.alarmKey],
  ["topic", "delivery_policy", null, "x", "? has delivery_policy = x"],
  ["topicPolicy", "arn", OWN.topic, "other", "access: is attached to another topic: other"],
  ["topicPolicy", "arn", "other", OWN.topic],
  ["subscription", "protocol", "email", "https", "? has protocol = https"],
  ["subscription", "protocol", "https", "email"],
  ["subscription", "protocol", "https", "email-json"],

  ["parameter", "type", "SecureString", "String", "encryption: is no longer encrypted"],
  ["parameter", "type", "SecureString", null, "encryption: is no longer encrypted"],
  ["parameter", "type", "String", "SecureString"],
  ["parameter", "key_id", OWN.key, null, "encryption: is no longer encrypted under its own KMS key (key_id)"],
  [
    "parameter",
    "key_id",
    OWN.key,
    "alias/aws/ssm",
    "encryption: is encrypted under another KMS key (key_id = alias/aws/ssm)",
  ],
  ["parameter", "key_id", "alias/aws/ssm", OWN.key],
  ["parameter", "value", null, "x", "encryption: has its value in the state (value)"],
  ["parameter", "value", "x", null],
  ["parameter", "insecure_value", null, "x", "encryption: has its value in the state (insecure_value)"],
  ["parameter", "insecure_value", "x", ""],
  ["parameter", "tier", "Standard", "Advanced", "? has tier = Advanced"],
  ["parameter", "tier", "Advanced", "Standard"],
  ["parameter", "data_type", "text", "aws:ec2:image", "? has data_type = aws:ec2:image"],
  ["parameter", "data_type", "aws:ec2:image", "text"],
  ["parameter", "overwrite", false, true, "? has overwrite = true"],
  ["parameter", "overwrite", true, false],
];

const expected = (name: Name, texts: readonly string[]) => ({
  dangers: texts.filter((text) => !text.startsWith("? ")).map((text) => text.replace(": ", `: ${NAME[name]} `)),
  notUnderstood: texts.filter((text) => text.startsWith("? ")).map((text) => text.replace("?", NAME[name])),
});

it.each(UPDATES)("an update of %s.%s from %j to %j", (name, argument, before, after, ...texts) => {
  const change = { before: { [argument]: before }, after: { [argument]: after } };
  expect(reviewOfChange(ADDRESS[name], change)).toEqual(expected(name, texts));
});

const REGION = {
  prior_state: {},
  configuration: {
    provider_config: {
      aws: {
        name: "aws",
        full_name: "registry.terraform.io/hashicorp/aws",
        expressions: { region: { constant_value: "us-east-1" } },
      },
    },
  },
};

it.each(names)("%s: understands only the Region of the plan", (name) => {
  const review = (region: string, parts: object) =>
    reviewOfChange(ADDRESS[name], { before: {}, after: { region } }, parts as Json);
  expect(review("us-east-1", REGION).notUnderstood).toEqual([]);
  expect(review("eu-west-1", REGION).notUnderstood).toEqual([`${NAME[name]} has region = eu-west-1`]);
});

/** What a new resource must have. */
const NEW: Partial<Record<Name, Json>> = {
  securityKey: { type_name: "AWS::Connect::SecurityKey", desired_state: desiredState() },
  logs: { kms_key_id: OWN.key, retention_in_days: 365 },
  key: { enable_key_rotation: true, policy: '{"Version":"2012-10-17","Statement":[]}' },
  function: {
    kms_key_arn: OWN.key,
    environment: [
      {
        variables: {
          DECRYPTION_KEY_PARAMETER_PREFIX: "/CONNECT_INPUT_DECRYPTION_KEY/",
          SECRET_CACHE_SECONDS: "300",
          STAGE: "dev",
          FIELDS: "[]",
          TIME_ZONE: "UTC",
        },
      },
    ],
  },
  permission: {
    action: "lambda:InvokeFunction",
    principal: "connect.amazonaws.com",
    source_arn: OWN.instance,
    source_account: "123456789012",
  },
  codeSigning: { policies: [{ untrusted_artifact_on_deployment: "Enforce" }], allowed_publishers: publishers() },
  reminder: { target: target() },
  topic: { kms_master_key_id: OWN.alarmKey },
  parameter: { type: "SecureString", key_id: OWN.key },
};

/** Other values of a new resource. Undefined: the argument is missing. */
const CREATED: [Name, string, unknown, ...string[]][] = [
  ["securityKey", "type_name", undefined, "access: is a resource of the type null"],
  ["securityKey", "type_name", "AWS::Lambda::Url", "access: is a resource of the type AWS::Lambda::Url"],
  ["logs", "kms_key_id", undefined, "encryption: is not encrypted under its own KMS key (kms_key_id)"],
  ["logs", "kms_key_id", "other", "encryption: is encrypted under another KMS key (kms_key_id = other)"],
  ["logs", "retention_in_days", undefined],
  ["logs", "retention_in_days", 0],
  ["logs", "retention_in_days", 400],
  ["logs", "retention_in_days", 364, "monitoring: keeps logs for 364 days instead of 365"],
  ["alarm", "metric_name", "x"],
  ["alarm", "alarm_actions", undefined],
  ["alarm", "alarm_actions", ["other"], "? notifies other"],
  ["alarm", "actions_enabled", false, "monitoring: sends no notification"],
  ["number", "target_arn", "x"],
  ["key", "policy", undefined, "access: has AWS's default policy, so that IAM alone decides who can use it"],
  ["key", "enable_key_rotation", undefined, "encryption: does not rotate every year"],
  ["key", "enable_key_rotation", false, "encryption: does not rotate every year"],
  ["key", "deletion_window_in_days", 30],
  ["key", "deletion_window_in_days", 29, "key: can be deleted within 29 days instead of 30"],
  ["key", "is_enabled", true],
  ["key", "is_enabled", false, "key: is disabled: what is encrypted under it cannot be decrypted"],
  ["function", "kms_key_arn", undefined, "encryption: is not encrypted under its own KMS key (kms_key_arn)"],
  ["function", "layers", ["x"], 'code: runs code of the layers ["x"]'],
  ["function", "code_signing_config_arn", undefined],
  ["function", "code_signing_config_arn", "x", "code: has another code signing configuration: x"],
  ["function", "role", "x", "access: runs with another role: x"],
  [
    "function",
    "environment",
    undefined,
    "calls: does not have the environment variables DECRYPTION_KEY_PARAMETER_PREFIX, SECRET_CACHE_SECONDS, STAGE, FIELDS, TIME_ZONE",
  ],
  ["permission", "action", "lambda:*", "access: changes who can invoke the function: action is lambda:*"],
  ["permission", "principal", "*", "access: changes who can invoke the function: principal is *"],
  ["permission", "principal", undefined, "access: changes who can invoke the function: principal is null"],
  ["permission", "source_arn", undefined, "access: changes who can invoke the function: source_arn is null"],
  [
    "permission",
    "source_arn",
    OWN.instance.replace("instance/", "other/"),
    `access: changes who can invoke the function: source_arn is ${OWN.instance.replace("instance/", "other/")}`,
  ],
  [
    "permission",
    "source_arn",
    `${OWN.instance}*`,
    `access: changes who can invoke the function: source_arn is ${OWN.instance}*`,
  ],
  [
    "permission",
    "source_arn",
    OWN.instance.replace("123456789012", "999999999999"),
    `access: changes who can invoke the function: source_arn is ${OWN.instance.replace("123456789012", "999999999999")}`,
  ],
  [
    "permission",
    "source_account",
    "999999999999",
    "access: changes who can invoke the function: source_account is 999999999999",
  ],
  ["permission", "source_account", undefined, "access: changes who can invoke the function: source_account is null"],
  ["permission", "principal_org_id", "o-1", "access: changes who can invoke the function: principal_org_id is o-1"],
  [
    "permission",
    "function_url_auth_type",
    "NONE",
    "access: changes who can invoke the function: function_url_auth_type is NONE",
  ],
  ["permission", "event_source_token", "x", "access: changes who can invoke the function: event_source_token is x"],
  ["codeSigning", "policies", undefined, "code: accepts code that is not signed"],
  ["codeSigning", "allowed_publishers", undefined, "? has allowed_publishers = null"],
  ["reminder", "target", undefined, "? has target = null"],
  [
    "reminder",
    "target",
    target({ sqs_parameters: [{ a: 1 }] }),
    `? has target = ${jsonLine(target({ sqs_parameters: [{ a: 1 }] }))}`,
  ],
  ["topic", "kms_master_key_id", undefined, "encryption: is not encrypted under its own KMS key (kms_master_key_id)"],
  ["topic", "other", false],
  ["topic", "other", 0],
  ["topic", "other", ""],
  ["topic", "other", true, "? has other = true"],
  ["topic", "other", 1, "? has other = 1"],
  ["parameter", "type", "String", "encryption: is not encrypted"],
  ["parameter", "type", undefined, "encryption: is not encrypted"],
  ["parameter", "key_id", undefined, "encryption: is not encrypted under its own KMS key (key_id)"],
  ["parameter", "value", "x", "encryption: has its value in the state (value)"],
];

const isFlow = (name: Name) => name === "flow" || name === "module";

it.each(names.filter((name) => !isFlow(name)))("a new %s as this project creates it has no danger", (name) => {
  expect(reviewOfChange(ADDRESS[name], { before: null, after: NEW[name] ?? {} }).dangers).toEqual([]);
});

it.each(CREATED)("a new %s.%s = %j", (name, argument, value, ...texts) => {
  const after = { ...NEW[name], [argument]: value };
  const found = expected(name, texts);
  expect(reviewOfChange(ADDRESS[name], { before: null, after })).toEqual(found);
  // An imported resource is new, too, and its values are those that it has.
  const importing = { before: after, after, actions: ["no-op"], importing: { id: "x" } };
  expect(reviewOfChange(ADDRESS[name], importing)).toEqual({
    dangers: found.dangers,
    notUnderstood: [...found.notUnderstood, `${ADDRESS[name]} is imported, which this project never does`],
  });
});

describe("a value that is known only after the apply", () => {
  const configuration = (address: string, expressions: object) => ({
    configuration: { root_module: { resources: [{ address, mode: "managed", type: "", expressions }] } },
  });
  const refersTo = (...references: string[]) => ({
    references: references.flatMap((one) => [one, one.replace(/\.\w+$/, "")]),
  });
  const review = (name: Name, argument: string, expressions: object | undefined, before: Json | null = {}) =>
    reviewOfChange(
      ADDRESS[name],
      { before, after: before ? {} : { ...NEW[name], [argument]: undefined }, after_unknown: { [argument]: true } },
      expressions && configuration(ADDRESS[name], expressions),
    );
  const later = (name: Name, argument: string) => ({
    dangers: [],
    notUnderstood: [
      `values from this project's resources that are known only after the apply: ${argument} of ${NAME[name]}`,
    ],
  });
  const only = (name: Name, argument: string) => ({
    dangers: [],
    notUnderstood: [`${NAME[name]} gets its ${argument} only during the apply`],
  });

  const KEY = "aws_kms_key.encryption-key_AAAAAAAA.arn";
  const ALARM_KEY = "aws_kms_key.monitoring_topic_key_51BE73A6.arn";
  it.each<[Name, string, string, string]>([
    ["logs", "kms_key_id", KEY, ALARM_KEY],
    ["function", "kms_key_arn", KEY, ALARM_KEY],
    ["parameter", "key_id", KEY, ALARM_KEY],
    ["topic", "kms_master_key_id", ALARM_KEY, KEY],
    ["keyAlias", "target_key_id", KEY, "aws_kms_key.other.key_id"],
    [
      "function",
      "role",
      "aws_iam_role.decrypt-function_role_38FB9D99.arn",
      "aws_iam_role.monitoring_expiry-reminders_role_9806CF47.arn",
    ],
    [
      "function",
      "code_signing_config_arn",
      "aws_lambda_code_signing_config.decrypt-function_signed-package_config_C40C61DA.arn",
      "aws_lambda_code_signing_config.other.arn",
    ],
    ["rolePolicy", "role", "aws_iam_role.decrypt-function_role_38FB9D99.name", "aws_iam_role.other.name"],
    [
      "association",
      "function_arn",
      "aws_lambda_function.decrypt-function_B286534F.arn",
      "aws_lambda_function.other.arn",
    ],
    [
      "functionAlias",
      "function_version",
      "aws_lambda_function.decrypt-function_B286534F.version",
      "aws_lambda_function.other.version",
    ],
    [
      "numberFlow",
      "contact_flow_id",
      "aws_connect_contact_flow.capture_flow_A1930241.contact_flow_id",
      "aws_connect_contact_flow.other.id",
    ],
    ["topicPolicy", "arn", "aws_sns_topic.monitoring_topic_DC51B990.arn", "aws_sns_topic.other.arn"],
    ["alarm", "alarm_actions", "aws_sns_topic.monitoring_topic_DC51B990.arn", "aws_sns_topic.other.arn"],
    [
      "codeSigning",
      "allowed_publishers",
      "aws_signer_signing_profile.decrypt-function_signed-package_profile_CF6F9323.version_arn",
      "aws_signer_signing_profile.other.version_arn",
    ],
  ])("%s.%s refers to %s, or to %s", (name, argument, own, other) => {
    for (const before of [{}, null]) {
      expect(review(name, argument, { [argument]: refersTo(own) }, before)).toEqual(later(name, argument));
      expect(review(name, argument, { [argument]: [{ inner: refersTo(own) }] }, before)).toEqual(later(name, argument));
      expect(review(name, argument, { [argument]: refersTo(other) }, before)).toEqual(only(name, argument));
      expect(review(name, argument, { [argument]: refersTo(own, other) }, before)).toEqual(only(name, argument));
      expect(review(name, argument, { [argument]: {} }, before)).toEqual(only(name, argument));
      expect(review(name, argument, undefined, before)).toEqual(only(name, argument));
    }
  });

  it("of a reminder's target refers to its role, its topic and the partition", () => {
    const own = [
      "aws_iam_role.monitoring_expiry-reminders_role_9806CF47.arn",
      "aws_sns_topic.monitoring_topic_DC51B990.arn",
      "data.aws_partition.account_partition_32ACE770.partition",
    ];
    const target = (references: string[], rest: object = {}) =>
      reviewOfChange(
        ADDRESS.reminder,
        {
          before: null,
          after: { target: [{ arn: "arn:aws:scheduler:::aws-sdk:sns:publish", ...rest }] },
          after_unknown: { target: [{ role_arn: true }] },
        },
        configuration(ADDRESS.reminder, { target: [refersTo(...references)] }),
      );
    expect(target(own)).toEqual(later("reminder", "target"));
    expect(target([...own, "aws_iam_role.other.arn"])).toEqual(only("reminder", "target"));
    expect(target([])).toEqual(only("reminder", "target"));
    expect(target(own, { arn: "x" }).dangers).toEqual([`access: ${NAME.reminder} calls x`]);
    expect(target(own, { kinesis_parameters: [1] })).toEqual(only("reminder", "target"));
  });

  it("is AWS's own if the configuration does not set it", () => {
    expect(review("function", "other", { role: {} })).toEqual({ dangers: [], notUnderstood: [] });
    expect(review("role", "managed_policy_arns", { role: {} })).toEqual({ dangers: [], notUnderstood: [] });
    expect(review("parameter", "key_id", { type: {} }, null).dangers).toEqual([
      `encryption: ${NAME.parameter} is not encrypted under its own KMS key (key_id)`,
    ]);
    expect(review("parameter", "key_id", { type: {} })).toEqual(only("parameter", "key_id"));
    expect(review("key", "enable_key_rotation", { policy: {} }, null).dangers).toEqual([
      "encryption: the KMS key does not rotate every year",
    ]);
    expect(review("key", "policy", { enable_key_rotation: {} }, null).dangers).toEqual([
      "access: the KMS key has AWS's default policy, so that IAM alone decides who can use it",
    ]);
  });

  it.each<[Name, string]>([
    ["key", "policy"],
    ["key", "enable_key_rotation"],
    ["key", "is_enabled"],
    ["role", "assume_role_policy"],
    ["role", "managed_policy_arns"],
    ["role", "inline_policy"],
    ["permission", "principal"],
    ["permission", "source_arn"],
    ["function", "runtime"],
    ["function", "layers"],
    ["function", "logging_config"],
    ["function", "tracing_config"],
    ["parameter", "type"],
    ["logs", "retention_in_days"],
  ])("is not understood: %s.%s", (name, argument) => {
    expect(review(name, argument, { [argument]: refersTo("aws_kms_key.encryption-key_B3391E8B.arn") })).toEqual(
      only(name, argument),
    );
  });

  it.each<[Name, string]>([
    ["parameter", "value"],
    ["parameter", "insecure_value"],
  ])("is in the state: %s.%s", (name, argument) => {
    expect(review(name, argument, { [argument]: {} }).dangers).toEqual([
      `encryption: ${NAME[name]} has its value in the state (${argument})`,
    ]);
  });
});

it("a known value is compared with the configuration if the plan leaves the resource out", () => {
  const configuration = (reference: string) => ({
    configuration: {
      root_module: {
        resources: [
          {
            address: ADDRESS.topicPolicy,
            mode: "managed",
            type: "",
            expressions: { arn: { references: [reference] } },
          },
        ],
      },
    },
  });
  const review = (reference: string, value = "some") =>
    reviewOfChange(ADDRESS.topicPolicy, { before: { arn: "x" }, after: { arn: value } }, configuration(reference));
  // The topic is in the plan, so that its ARN decides.
  expect(review("aws_sns_topic.monitoring_topic_DC51B990.arn").dangers).toHaveLength(1);
  const profile = "aws_lambda_code_signing_config.decrypt-function_signed-package_config_C40C61DA";
  const signing = (reference: string) =>
    reviewOfChange(
      ADDRESS.function,
      { before: { code_signing_config_arn: "a" }, after: { code_signing_config_arn: "b" } },
      {
        configuration: {
          root_module: {
            resources: [
              {
                address: ADDRESS.function,
                mode: "managed",
                type: "",
                expressions: { code_signing_config_arn: { references: [reference] } },
              },
            ],
          },
        },
      },
    );
  expect(signing(`${profile}.arn`)).toEqual({ dangers: [], notUnderstood: [] });
  expect(signing("aws_lambda_code_signing_config.other.arn").dangers).toEqual([
    "code: the function has another code signing configuration: b",
  ]);
});
