import { PRIVATE_KEY_PARAMETER_PREFIX, paymentSecretParameter } from "../../contract/parameter-names";
import type { IamConditions } from "../iam-policy";

/**
 * The IAM actions behind each resource type and data source of a stack, as terraform-provider-aws 6.25 calls them. The
 * policies of the plan, refresh and deploy roles are made from these tables, and a test finds types that are missing.
 *
 * Sources: the provider's `internal/service/<service>/<resource>.go`, and for the resources and condition keys of an
 * action AWS's Service Authorization Reference.
 */

/** ARN patterns by action, or by service for all its other actions. */
type ResourcePatterns = Readonly<Record<string, readonly string[]>>;

export interface ProviderActions {
  resources?: ResourcePatterns;
  /** called by a plan of a new resource, also without a refresh */
  plan?: readonly string[];
  create: readonly string[];
  read: readonly string[];
  update: readonly string[];
  delete: readonly string[];
}

/** Value of the tag `Project`, one of the stack's default tags. It marks resources whose ids AWS chooses. */
const OWN_TAG_VALUE = "connect-secure-ivr";

/** First part of the names of roles and policies for CI. The deploy role may not change resources with such names. */
export const CI_NAME_PREFIX = "ivr-ci-";

/** An ARN pattern. `role-policies.ts` replaces what is in braces. */
const arn = (service: string, resource: string, region = "{region}") =>
  `arn:{partition}:${service}:${region}:{account}:${resource}`;

const ROLES = [arn("iam", "role/secure-ivr-*", "")];
const KMS_KEYS = [arn("kms", "key/*")];
const FUNCTIONS = [arn("lambda", "function:secure-ivr-*")];
const CODE_SIGNING_CONFIGS = [arn("lambda", "code-signing-config:*")];
const TOPICS = [arn("sns", "secure-ivr-*")];
const SCHEDULE_GROUPS = [arn("scheduler", "schedule-group/secure-ivr-*")];
const ALARMS = [arn("cloudwatch", "alarm:secure-ivr-*")];
const LOG_GROUPS = [arn("logs", "log-group:/aws/lambda/secure-ivr-*")];
const PARAMETERS = [
  arn("ssm", `parameter${PRIVATE_KEY_PARAMETER_PREFIX}*`),
  arn("ssm", `parameter${paymentSecretParameter("*")}`),
];
/** This pattern also matches what an instance contains, such as its flows. */
const INSTANCES = [arn("connect", "instance/*")];
const FLOWS = [arn("connect", "instance/*/contact-flow/*")];
const MODULES = [arn("connect", "instance/*/flow-module/*")];
const PHONE_NUMBERS = [arn("connect", "phone-number/*")];
/** AWS Signer's names contain no dashes. */
const SIGNING_PROFILES = [arn("signer", "/signing-profiles/secure_ivr_*")];
const PACKAGES_BUCKET = ["arn:{partition}:s3:::{codeSigningBucket}"];
const PACKAGES = ["arn:{partition}:s3:::{codeSigningBucket}/secure-ivr-*"];

/** By type, as in Terraform. */
export const RESOURCE_ACTIONS: Readonly<Record<string, ProviderActions>> = {
  // AWS::Connect::SecurityKey. Cloud Control calls Connect with the caller's permissions.
  aws_cloudcontrolapi_resource: {
    resources: { connect: INSTANCES },
    plan: ["cloudformation:DescribeType"],
    create: [
      "cloudformation:CreateResource",
      "cloudformation:GetResourceRequestStatus",
      "connect:AssociateSecurityKey",
    ],
    read: ["cloudformation:GetResource", "connect:ListSecurityKeys"],
    update: [],
    delete: [
      "cloudformation:DeleteResource",
      "cloudformation:GetResourceRequestStatus",
      "connect:DisassociateSecurityKey",
    ],
  },
  aws_cloudwatch_dashboard: {
    resources: { cloudwatch: [arn("cloudwatch", "dashboard/secure-ivr-*", "")] },
    create: ["cloudwatch:PutDashboard"],
    read: ["cloudwatch:GetDashboard"],
    update: ["cloudwatch:PutDashboard"],
    delete: ["cloudwatch:DeleteDashboards"],
  },
  aws_cloudwatch_log_group: {
    resources: { logs: LOG_GROUPS },
    create: ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"],
    read: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
    update: ["logs:PutRetentionPolicy", "logs:AssociateKmsKey", "logs:TagResource", "logs:UntagResource"],
    delete: ["logs:DeleteLogGroup"],
  },
  aws_cloudwatch_metric_alarm: {
    // CloudWatch checks DescribeAlarms for all alarms, also if the request names one.
    resources: { cloudwatch: ALARMS, "cloudwatch:DescribeAlarms": [arn("cloudwatch", "alarm:*")] },
    create: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
    read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    update: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
    delete: ["cloudwatch:DeleteAlarms"],
  },
  aws_connect_contact_flow: {
    resources: { connect: FLOWS, "connect:CreateContactFlow": INSTANCES },
    create: ["connect:CreateContactFlow", "connect:TagResource"],
    read: ["connect:DescribeContactFlow"],
    update: [
      "connect:UpdateContactFlowContent",
      "connect:UpdateContactFlowName",
      "connect:TagResource",
      "connect:UntagResource",
    ],
    delete: ["connect:DeleteContactFlow"],
  },
  aws_connect_contact_flow_module: {
    resources: { connect: MODULES, "connect:CreateContactFlowModule": INSTANCES },
    create: ["connect:CreateContactFlowModule", "connect:TagResource"],
    read: ["connect:DescribeContactFlowModule"],
    update: [
      "connect:UpdateContactFlowModuleContent",
      "connect:UpdateContactFlowModuleMetadata",
      "connect:TagResource",
      "connect:UntagResource",
    ],
    delete: ["connect:DeleteContactFlowModule"],
  },
  // Connect changes the function's policy with the caller's permissions.
  aws_connect_lambda_function_association: {
    resources: { connect: INSTANCES, lambda: FUNCTIONS },
    create: ["connect:AssociateLambdaFunction", "lambda:AddPermission"],
    read: ["connect:ListLambdaFunctions"],
    update: [],
    delete: ["connect:DisassociateLambdaFunction", "lambda:RemovePermission"],
  },
  aws_connect_phone_number: {
    resources: {
      connect: PHONE_NUMBERS,
      "connect:ClaimPhoneNumber": [...INSTANCES, ...PHONE_NUMBERS],
      "connect:UpdatePhoneNumber": [...INSTANCES, ...PHONE_NUMBERS],
    },
    create: ["connect:SearchAvailablePhoneNumbers", "connect:ClaimPhoneNumber", "connect:TagResource"],
    read: ["connect:DescribePhoneNumber"],
    update: ["connect:UpdatePhoneNumber", "connect:TagResource", "connect:UntagResource"],
    delete: ["connect:ReleasePhoneNumber"],
  },
  aws_connect_phone_number_contact_flow_association: {
    resources: {
      connect: PHONE_NUMBERS,
      "connect:AssociatePhoneNumberContactFlow": [...FLOWS, ...PHONE_NUMBERS],
      "connect:DescribeContactFlow": FLOWS,
      "connect:ListFlowAssociations": INSTANCES,
    },
    create: ["connect:AssociatePhoneNumberContactFlow"],
    read: ["connect:DescribePhoneNumber", "connect:DescribeContactFlow", "connect:ListFlowAssociations"],
    update: [],
    delete: ["connect:DisassociatePhoneNumberContactFlow"],
  },
  aws_iam_role: {
    resources: { iam: ROLES },
    create: ["iam:CreateRole", "iam:TagRole"],
    read: ["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"],
    update: ["iam:UpdateAssumeRolePolicy", "iam:PutRolePermissionsBoundary", "iam:TagRole", "iam:UntagRole"],
    delete: ["iam:ListInstanceProfilesForRole", "iam:DeleteRolePolicy", "iam:DeleteRole"],
  },
  aws_iam_role_policy: {
    resources: { iam: ROLES },
    create: ["iam:PutRolePolicy"],
    read: ["iam:GetRolePolicy"],
    update: ["iam:PutRolePolicy"],
    delete: ["iam:DeleteRolePolicy"],
  },
  aws_kms_alias: {
    resources: { kms: [arn("kms", "alias/secure-ivr-*"), ...KMS_KEYS] },
    create: ["kms:CreateAlias"],
    read: ["kms:ListAliases"],
    update: ["kms:UpdateAlias"],
    delete: ["kms:DeleteAlias"],
  },
  aws_kms_key: {
    resources: { kms: KMS_KEYS },
    create: ["kms:CreateKey", "kms:TagResource", "kms:EnableKeyRotation"],
    read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    update: [
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:PutKeyPolicy",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ],
    delete: ["kms:ScheduleKeyDeletion"],
  },
  aws_lambda_alias: {
    resources: { lambda: FUNCTIONS },
    create: ["lambda:CreateAlias"],
    read: ["lambda:GetAlias"],
    update: ["lambda:UpdateAlias"],
    delete: ["lambda:DeleteAlias"],
  },
  aws_lambda_code_signing_config: {
    resources: { lambda: CODE_SIGNING_CONFIGS },
    create: ["lambda:CreateCodeSigningConfig", "lambda:TagResource"],
    read: ["lambda:GetCodeSigningConfig", "lambda:ListTags"],
    update: ["lambda:UpdateCodeSigningConfig", "lambda:TagResource", "lambda:UntagResource"],
    delete: ["lambda:DeleteCodeSigningConfig"],
  },
  // Lambda encrypts the environment, reads a signed package and checks a VPC with the caller's permissions.
  aws_lambda_function: {
    resources: {
      lambda: FUNCTIONS,
      "lambda:PutFunctionCodeSigningConfig": [...FUNCTIONS, ...CODE_SIGNING_CONFIGS],
      ec2: [arn("ec2", "vpc/*")],
      iam: ROLES,
      kms: KMS_KEYS,
      s3: PACKAGES,
    },
    create: [
      "lambda:CreateFunction",
      "lambda:PutFunctionConcurrency",
      "lambda:TagResource",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "ec2:GetSecurityGroupsForVpc",
      "iam:PassRole",
      "kms:CreateGrant",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "s3:GetObject",
      "s3:GetObjectVersion",
    ],
    read: [
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConfiguration",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
      "kms:Decrypt",
    ],
    update: [
      "lambda:DeleteFunctionCodeSigningConfig",
      "lambda:DeleteFunctionConcurrency",
      "lambda:PublishVersion",
      "lambda:PutFunctionCodeSigningConfig",
      "lambda:PutFunctionConcurrency",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
    ],
    delete: ["lambda:DeleteFunction"],
  },
  aws_lambda_permission: {
    resources: { lambda: FUNCTIONS },
    create: ["lambda:AddPermission"],
    read: ["lambda:GetPolicy"],
    update: [],
    delete: ["lambda:RemovePermission"],
  },
  aws_lambda_provisioned_concurrency_config: {
    resources: { lambda: FUNCTIONS },
    create: ["lambda:PutProvisionedConcurrencyConfig"],
    read: ["lambda:GetProvisionedConcurrencyConfig"],
    update: ["lambda:PutProvisionedConcurrencyConfig"],
    delete: ["lambda:DeleteProvisionedConcurrencyConfig"],
  },
  // Without ListBucket, S3 reports a missing object as a denied access.
  aws_s3_object: {
    resources: { s3: PACKAGES, "s3:ListBucket": PACKAGES_BUCKET, "s3:ListBucketVersions": PACKAGES_BUCKET },
    create: ["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging"],
    read: ["s3:GetObject", "s3:GetObjectTagging", "s3:ListBucket"],
    update: ["s3:PutObject", "s3:PutObjectTagging"],
    delete: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"],
  },
  aws_scheduler_schedule: {
    resources: { scheduler: [arn("scheduler", "schedule/secure-ivr-*/*")], iam: ROLES },
    create: ["scheduler:CreateSchedule", "iam:PassRole"],
    read: ["scheduler:GetSchedule"],
    update: ["scheduler:UpdateSchedule", "iam:PassRole"],
    delete: ["scheduler:DeleteSchedule"],
  },
  aws_scheduler_schedule_group: {
    resources: { scheduler: SCHEDULE_GROUPS },
    create: ["scheduler:CreateScheduleGroup", "scheduler:TagResource"],
    read: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
    update: ["scheduler:TagResource", "scheduler:UntagResource"],
    delete: ["scheduler:DeleteScheduleGroup"],
  },
  // AWS Signer reads and writes the bucket with the caller's permissions.
  aws_signer_signing_job: {
    resources: {
      signer: SIGNING_PROFILES,
      "signer:DescribeSigningJob": [arn("signer", "/signing-jobs/*")],
      s3: PACKAGES,
      "s3:ListBucket": PACKAGES_BUCKET,
    },
    create: ["signer:StartSigningJob", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"],
    read: ["signer:DescribeSigningJob"],
    update: [],
    delete: [],
  },
  aws_signer_signing_profile: {
    resources: { signer: SIGNING_PROFILES },
    create: ["signer:PutSigningProfile", "signer:TagResource"],
    read: ["signer:GetSigningProfile"],
    update: ["signer:TagResource", "signer:UntagResource"],
    delete: ["signer:CancelSigningProfile"],
  },
  aws_sns_topic: {
    resources: { sns: TOPICS },
    create: ["sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource"],
    read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
    update: ["sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"],
    delete: ["sns:DeleteTopic"],
  },
  aws_sns_topic_policy: {
    resources: { sns: TOPICS },
    create: ["sns:SetTopicAttributes"],
    read: ["sns:GetTopicAttributes"],
    update: ["sns:SetTopicAttributes"],
    delete: ["sns:SetTopicAttributes"],
  },
  aws_sns_topic_subscription: {
    resources: { sns: TOPICS },
    create: ["sns:Subscribe"],
    read: ["sns:GetSubscriptionAttributes"],
    update: ["sns:SetSubscriptionAttributes"],
    delete: ["sns:Unsubscribe"],
  },
  // A read returns the parameter decrypted, also of a write-only value.
  aws_ssm_parameter: {
    resources: { ssm: PARAMETERS, kms: KMS_KEYS },
    create: ["ssm:AddTagsToResource", "ssm:PutParameter", "kms:Encrypt", "kms:GenerateDataKey"],
    read: ["ssm:DescribeParameters", "ssm:GetParameter", "ssm:ListTagsForResource", "kms:Decrypt"],
    update: ["ssm:AddTagsToResource", "ssm:PutParameter", "ssm:RemoveTagsFromResource"],
    delete: ["ssm:DeleteParameter"],
  },
  // not in AWS
  terraform_data: { create: [], read: [], update: [], delete: [] },
};

/** By type, as in Terraform. Terraform reads data sources in every plan, also without a refresh. */
export const DATA_SOURCE_ACTIONS: Readonly<Record<string, Pick<ProviderActions, "resources" | "read">>> = {
  // needs no permission
  aws_caller_identity: { read: [] },
  aws_connect_instance: {
    resources: { connect: INSTANCES },
    // Connect also asks for the directory of its instances.
    read: [
      "connect:DescribeInstance",
      "connect:DescribeInstanceAttribute",
      "connect:ListInstances",
      "ds:DescribeDirectories",
    ],
  },
  // only without `deployers` in the configuration; the role that runs Terraform
  aws_iam_session_context: { resources: { iam: [arn("iam", `role/${CI_NAME_PREFIX}*`, "")] }, read: ["iam:GetRole"] },
  // calls nothing
  aws_partition: { read: [] },
  // the default keys of states in the bucket
  aws_s3_objects: { resources: { s3: ["arn:{partition}:s3:::{stateBucket}"] }, read: ["s3:ListBucket"] },
};

/** What `ivr smoke` calls after a deployment. */
export const SMOKE_TEST_ACTIONS: Pick<ProviderActions, "resources" | "read"> = {
  resources: {
    connect: INSTANCES,
    "connect:DescribeContactFlow": FLOWS,
    "connect:DescribeContactFlowModule": MODULES,
    lambda: FUNCTIONS,
  },
  read: [
    "connect:DescribeContactFlow",
    "connect:DescribeContactFlowModule",
    "connect:ListLambdaFunctions",
    "connect:ListSecurityKeys",
    "lambda:GetFunctionConfiguration",
    "lambda:InvokeFunction",
    "ssm:DescribeParameters",
  ],
};

/** What the roles of a stage need: the function's, with every option, and the one that publishes reminders. */
export const STAGE_ROLE_PERMISSIONS: readonly (readonly [actions: readonly string[], patterns: readonly string[]])[] = [
  [["ssm:GetParameter"], PARAMETERS],
  [["kms:Decrypt", "kms:GenerateDataKey"], KMS_KEYS],
  [["logs:CreateLogStream", "logs:PutLogEvents"], LOG_GROUPS],
  [["sns:Publish"], TOPICS],
  [
    [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ],
    ["*"],
  ],
];

/** Actions that IAM cannot limit to resources, with the reason why that is acceptable. */
export const ACTIONS_ON_ANY_RESOURCE: Readonly<Record<string, string>> = {
  "cloudformation:CreateResource": "Cloud Control has no resources; the Connect actions are limited",
  "cloudformation:DeleteResource": "Cloud Control has no resources; the Connect actions are limited",
  "cloudformation:DescribeType": "the public schema of a resource type",
  "cloudformation:GetResource": "Cloud Control has no resources; the Connect actions are limited",
  "cloudformation:GetResourceRequestStatus": "the state of a request",
  "connect:ListInstances": "names of instances; it finds an instance by its alias",
  "ds:DescribeDirectories": "Connect asks for it when it describes an instance",
  "ec2:DescribeSecurityGroups": "Lambda checks the security groups of a function in a VPC",
  "ec2:DescribeSubnets": "Lambda checks the subnets of a function in a VPC",
  "ec2:DescribeVpcs": "Lambda checks the VPC of a function",
  "kms:CreateKey": "the key has no id yet; it must get the project's tag",
  "kms:ListAliases": "names of aliases",
  "lambda:CreateCodeSigningConfig": "the configuration has no id yet",
  "logs:DescribeLogGroups": "names of log groups",
  "signer:PutSigningProfile": "AWS Signer checks the profile only after it exists",
  "ssm:DescribeParameters": "names of parameters, without their values",
};

const HAS_OWN_TAG: IamConditions = { StringEquals: { "aws:ResourceTag/Project": OWN_TAG_VALUE } };
const GETS_OWN_TAG: IamConditions = { StringEquals: { "aws:RequestTag/Project": OWN_TAG_VALUE } };
const HAS_NO_PROJECT_TAG: IamConditions = { Null: { "aws:ResourceTag/Project": "true" } };
const THROUGH_SSM_OR_LAMBDA: IamConditions = {
  StringEquals: { "kms:ViaService": ["ssm.{region}.amazonaws.com", "lambda.{region}.amazonaws.com"] },
};
const WITH_BOUNDARY: IamConditions = { StringEquals: { "iam:PermissionsBoundary": "{permissionsBoundary}" } };

/**
 * Conditions of single actions; any one of them is enough. KMS may consider a tag minutes after the key has it, so the
 * actions that follow the creation of a key in the same apply do not depend on a tag. KMS also checks before it creates
 * a key that the caller may change its policy, and does not document whether that check knows the tag.
 */
export const ACTION_CONDITIONS: Readonly<Record<string, readonly IamConditions[]>> = {
  "connect:DeleteContactFlow": [HAS_OWN_TAG],
  "connect:DeleteContactFlowModule": [HAS_OWN_TAG],
  "connect:DisassociatePhoneNumberContactFlow": [HAS_OWN_TAG],
  "connect:ReleasePhoneNumber": [HAS_OWN_TAG],
  "connect:TagResource": [GETS_OWN_TAG, HAS_OWN_TAG],
  "connect:UntagResource": [HAS_OWN_TAG],
  "connect:UpdateContactFlowContent": [HAS_OWN_TAG],
  "connect:UpdateContactFlowModuleContent": [HAS_OWN_TAG],
  "connect:UpdateContactFlowModuleMetadata": [HAS_OWN_TAG],
  "connect:UpdateContactFlowName": [HAS_OWN_TAG],
  "iam:CreateRole": [WITH_BOUNDARY],
  "iam:PassRole": [{ StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } }],
  "iam:PutRolePermissionsBoundary": [WITH_BOUNDARY],
  "iam:PutRolePolicy": [WITH_BOUNDARY],
  "kms:CreateGrant": [
    {
      Bool: { "kms:GrantIsForAWSResource": "true" },
      StringEquals: { "kms:ViaService": "lambda.{region}.amazonaws.com" },
    },
  ],
  "kms:CreateKey": [GETS_OWN_TAG],
  "kms:Decrypt": [THROUGH_SSM_OR_LAMBDA],
  "kms:Encrypt": [THROUGH_SSM_OR_LAMBDA],
  "kms:GenerateDataKey": [THROUGH_SSM_OR_LAMBDA],
  "kms:PutKeyPolicy": [HAS_OWN_TAG, HAS_NO_PROJECT_TAG],
  "kms:ScheduleKeyDeletion": [HAS_OWN_TAG],
  "kms:TagResource": [GETS_OWN_TAG, HAS_OWN_TAG],
  "kms:UntagResource": [HAS_OWN_TAG],
  "kms:UpdateKeyDescription": [HAS_OWN_TAG],
};
