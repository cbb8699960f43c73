import { isEmpty } from "../json";
import {
  type ArgumentRule,
  anyValue,
  encryptedUnder,
  isDanger,
  notUnderstood,
  oneOf,
  onlyThese,
  plainText,
  policyRule,
  refersTo,
} from "./argument-rules";
import { environmentRule } from "./function-rules";
import {
  accountOf,
  alarmActions,
  boundary,
  deletionWindow,
  inlinePolicies,
  instanceAccount,
  keyPolicy,
  keyRotation,
  logging,
  managedPolicies,
  numberIsReserved,
  numberOf,
  ownRole,
  permission,
  publishers,
  reminderTarget,
  requiresSignature,
  retention,
  secureString,
  securityKeyState,
  securityKeyType,
  signedCode,
  valueInClear,
  watched,
  YEAR_DAYS,
} from "./resource-rules";

export type UnderstoodType = Readonly<Record<string, ArgumentRule>>;

const OWN_KEY = /^aws_kms_key\.encryption-key$/;
const ALARM_KEY = /^aws_kms_key\.monitoring_topic_key$/;
const OWN_FUNCTION = /^aws_lambda_(function\.decrypt-function|alias\.decrypt-function_provisioned_alias)$/;
const OWN_FLOW = /^aws_connect_contact_flow\.capture_flow$/;
const OWN_TOPIC = /^aws_sns_topic\.monitoring_topic$/;
const FUNCTION_ROLE = /^aws_iam_role\.decrypt-function_role$/;

/** `any("a", "b")`: arguments that can have any value. */
const any = (...names: string[]): UnderstoodType => Object.fromEntries(names.map((name) => [name, anyValue]));

const inOwnRegion: ArgumentRule = {
  review: (change) => {
    const { region } = change.context.deployment;
    return isEmpty(change.after) || region === undefined || change.after === region ? [] : notUnderstood(change);
  },
};

/** Arguments that most types have. */
const COMMON: UnderstoodType = { ...any("id", "arn", "tags", "tags_all", "timeouts"), region: inOwnRegion };

/** The types of this project's resources, with the arguments that this review understands. */
export const UNDERSTOOD_TYPES: Readonly<Record<string, UnderstoodType>> = {
  aws_cloudcontrolapi_resource: {
    ...COMMON,
    ...any("properties", "schema"),
    type_name: securityKeyType,
    desired_state: securityKeyState,
  },
  /** the record of account and Region, which Terraform itself compares */
  terraform_data: { ...COMMON, ...any("input", "output", "triggers_replace") },
  aws_cloudwatch_dashboard: { ...COMMON, ...any("dashboard_name", "dashboard_body", "dashboard_arn") },
  aws_cloudwatch_log_group: {
    ...COMMON,
    ...any("name", "name_prefix", "deletion_protection_enabled"),
    retention_in_days: retention,
    kms_key_id: encryptedUnder(OWN_KEY),
    log_group_class: oneOf("STANDARD"),
    skip_destroy: oneOf(false),
  },
  aws_cloudwatch_metric_alarm: {
    ...COMMON,
    ...any("alarm_name", "alarm_description", "threshold", "period", "evaluation_periods", "datapoints_to_alarm"),
    ...any("evaluate_low_sample_count_percentiles"),
    ...Object.fromEntries(
      [
        ...["namespace", "metric_name", "dimensions", "metric_query", "comparison_operator", "statistic"],
        ...["extended_statistic", "treat_missing_data", "threshold_metric_id", "unit"],
      ].map((name) => [name, watched]),
    ),
    actions_enabled: isDanger("monitoring", ({ after }) => (after === false ? "sends no notification" : undefined)),
    alarm_actions: alarmActions,
  },
  aws_connect_contact_flow: {
    ...COMMON,
    // The reviews of flows read the content.
    ...any("name", "description", "contact_flow_id", "instance_id", "content"),
    type: oneOf("CONTACT_FLOW"),
  },
  aws_connect_contact_flow_module: {
    ...COMMON,
    ...any("name", "description", "contact_flow_module_id", "instance_id", "content"),
  },
  aws_connect_lambda_function_association: {
    ...COMMON,
    ...any("instance_id"),
    function_arn: refersTo(OWN_FUNCTION, "access", "allows Connect to invoke another function:"),
  },
  aws_connect_phone_number: {
    ...COMMON,
    ...any("country_code", "type", "prefix", "description", "phone_number", "status"),
    target_arn: isDanger("calls", ({ isNew, after }) => (isNew ? undefined : `moves to ${plainText(after)}`)),
  },
  aws_connect_phone_number_contact_flow_association: {
    ...COMMON,
    ...any("phone_number_id", "instance_id"),
    contact_flow_id: refersTo(OWN_FLOW, "calls", "leads to another flow:"),
  },
  aws_iam_role: {
    ...COMMON,
    ...any("name", "name_prefix", "description", "create_date", "unique_id"),
    assume_role_policy: policyRule,
    inline_policy: inlinePolicies,
    managed_policy_arns: managedPolicies,
    permissions_boundary: boundary,
    path: oneOf("/"),
    max_session_duration: oneOf(3600),
    force_detach_policies: oneOf(false),
  },
  aws_iam_role_policy: { ...COMMON, ...any("name", "name_prefix"), policy: policyRule, role: ownRole },
  aws_kms_alias: {
    ...COMMON,
    ...any("name", "name_prefix", "target_key_arn"),
    target_key_id: refersTo(
      /^aws_kms_key\.(encryption-key|monitoring_topic_key)$/,
      "encryption",
      "leads to another key:",
    ),
  },
  aws_kms_key: {
    ...COMMON,
    ...any("description", "key_id"),
    policy: keyPolicy,
    enable_key_rotation: keyRotation,
    deletion_window_in_days: deletionWindow,
    is_enabled: isDanger("key", ({ after }) =>
      after === false ? "is disabled: what is encrypted under it cannot be decrypted" : undefined,
    ),
    rotation_period_in_days: isDanger("encryption", ({ after }) =>
      numberOf(after, YEAR_DAYS) <= YEAR_DAYS ? undefined : `rotates only every ${plainText(after)} days`,
    ),
    bypass_policy_lockout_safety_check: isDanger("key", ({ after }) =>
      isEmpty(after) || after === false ? undefined : "can get a policy that no one can change again",
    ),
    key_usage: oneOf("ENCRYPT_DECRYPT"),
    customer_master_key_spec: oneOf("SYMMETRIC_DEFAULT"),
    multi_region: oneOf(false),
  },
  aws_lambda_alias: {
    ...COMMON,
    ...any("name", "description", "function_name", "invoke_arn"),
    function_version: refersTo(OWN_FUNCTION, "unknown", "leads to the version"),
    routing_config: onlyThese("code", "leads some calls to another version:"),
  },
  aws_lambda_code_signing_config: {
    ...COMMON,
    ...any("description", "config_id", "last_modified"),
    policies: signedCode,
    allowed_publishers: publishers,
  },
  aws_lambda_function: {
    ...COMMON,
    ...any("function_name", "description", "memory_size", "timeout", "publish", "vpc_config", "ephemeral_storage"),
    ...any("last_modified", "version", "qualified_arn", "invoke_arn", "qualified_invoke_arn", "source_code_size"),
    ...any("signing_job_arn", "signing_profile_version_arn", "response_streaming_invoke_arn"),
    // The review of the function's code reads these.
    ...any("filename", "source_code_hash", "code_sha256", "s3_bucket", "s3_key", "s3_object_version"),
    environment: environmentRule,
    role: refersTo(FUNCTION_ROLE, "access", "runs with another role:"),
    kms_key_arn: encryptedUnder(OWN_KEY),
    code_signing_config_arn: requiresSignature,
    runtime: onlyThese("code", "runs in another runtime:", "nodejs24.x"),
    handler: onlyThese("code", "runs another handler:", "index.handler"),
    architectures: onlyThese("code", "runs on another architecture:", ["arm64"]),
    package_type: onlyThese("code", "runs another kind of package:", "Zip"),
    image_uri: onlyThese("code", "runs the image"),
    image_config: onlyThese("code", "runs another command of an image:"),
    layers: onlyThese("code", "runs code of the layers"),
    file_system_config: onlyThese("code", "reads files of"),
    tracing_config: oneOf([{ mode: "Active" }], [{ mode: "PassThrough" }]),
    logging_config: logging,
    reserved_concurrent_executions: numberIsReserved,
    replace_security_groups_on_destroy: oneOf(false),
    skip_destroy: oneOf(false),
  },
  aws_lambda_permission: {
    ...COMMON,
    ...any("function_name", "qualifier", "statement_id", "statement_id_prefix"),
    action: permission((value) => value === "lambda:InvokeFunction"),
    principal: permission((value) => value === "connect.amazonaws.com"),
    source_arn: permission((value, change) => {
      const account = instanceAccount(value);
      return account !== undefined && account === accountOf(change);
    }),
    source_account: permission((value, change) => value === accountOf(change)),
    principal_org_id: permission(isEmpty),
    function_url_auth_type: permission(isEmpty),
    event_source_token: permission(isEmpty),
  },
  aws_lambda_provisioned_concurrency_config: {
    ...COMMON,
    ...any("function_name", "qualifier", "provisioned_concurrent_executions"),
    skip_destroy: oneOf(false),
  },
  aws_s3_object: {
    ...COMMON,
    // The bucket's and the key's names; the code that Signer signs is the function's code.
    ...any("bucket", "key", "source", "etag", "version_id", "content_type", "storage_class", "server_side_encryption"),
    ...any("kms_key_id", "bucket_key_enabled", "checksum_crc32", "checksum_crc32c", "checksum_crc64nvme"),
    ...any("checksum_sha1", "checksum_sha256"),
    acl: onlyThese("access", "can be read by others: acl =", "private"),
    force_destroy: oneOf(false),
  },
  aws_scheduler_schedule: {
    ...COMMON,
    ...any("name", "name_prefix", "description", "group_name", "schedule_expression", "schedule_expression_timezone"),
    ...any("flexible_time_window", "start_date", "end_date", "action_after_completion"),
    state: onlyThese("monitoring", "sends no reminder: its state is", "ENABLED"),
    target: reminderTarget,
  },
  aws_scheduler_schedule_group: {
    ...COMMON,
    ...any("name", "name_prefix", "creation_date", "last_modification_date", "state"),
  },
  aws_signer_signing_job: {
    ...COMMON,
    ...any("profile_name", "profile_version", "source", "destination", "job_id", "job_owner", "job_invoker"),
    ...any("completed_at", "created_at", "platform_display_name", "platform_id", "requested_by", "revocation_record"),
    ...any("signature_expires_at", "signed_object", "status", "status_reason"),
    ignore_signing_job_failure: onlyThese("code", "ignores that signing failed:", false),
  },
  aws_signer_signing_profile: {
    ...COMMON,
    ...any("name", "name_prefix", "platform_display_name", "revocation_record", "signature_validity_period", "status"),
    ...any("version", "version_arn"),
    platform_id: oneOf("AWSLambda-SHA384-ECDSA"),
  },
  aws_sns_topic: {
    ...COMMON,
    ...any("name", "name_prefix", "display_name", "owner", "beginning_archive_time", "signature_version"),
    ...any("tracing_config", "fifo_throughput_scope"),
    policy: policyRule,
    kms_master_key_id: encryptedUnder(ALARM_KEY),
  },
  aws_sns_topic_policy: {
    ...COMMON,
    ...any("owner"),
    arn: refersTo(OWN_TOPIC, "access", "is attached to another topic:"),
    policy: policyRule,
  },
  aws_sns_topic_subscription: {
    ...COMMON,
    ...any("endpoint", "topic_arn", "owner_id", "pending_confirmation", "confirmation_was_authenticated"),
    ...any("filter_policy_scope", "confirmation_timeout_in_minutes", "endpoint_auto_confirms"),
    protocol: oneOf("email", "email-json"),
  },
  aws_ssm_parameter: {
    ...COMMON,
    ...any("name", "description", "has_value_wo", "value_wo", "value_wo_version", "version"),
    type: secureString,
    key_id: encryptedUnder(OWN_KEY),
    value: valueInClear,
    insecure_value: valueInClear,
    tier: oneOf("Standard"),
    data_type: oneOf("text"),
    overwrite: oneOf(false),
  },
};
