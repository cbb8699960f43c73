import { PRIVATE_KEY_PARAMETER_PREFIX } from "../../contract/parameter-names";
import type { PlannedStatement } from "../policies";
import { entriesOf, principalsOf } from "../policy-access";
import type { PlannedDeployment } from "./review-context";

/**
 * A statement that this project writes. `{account}` and so on are the plan's own, and `<name>` is any text without a
 * wildcard. A statement that has fewer values or more conditions is as good.
 */
export interface ExpectedStatement extends PlannedStatement {
  /** names who may do something: expected only when the resource is created, because later it is a decision */
  onlyWhenCreated?: boolean;
  /** Sid of the Deny statement that this statement must not be without */
  onlyWith?: string;
  /** a call fails without it */
  neededByCalls?: boolean;
}

const ROOT = { AWS: "arn:{partition}:iam::{account}:root" };
/** The second name is the one of earlier versions: the key's policy names both roles. */
const FUNCTION_ROLES = [
  "arn:{partition}:iam::{account}:role/{stack}-{region}-function",
  "arn:{partition}:iam::{account}:role/{stack}-decrypt-customer-input",
];
const REMINDER_ROLES = ["{stack}-{region}", "{stack}"].map(
  (name) => `arn:{partition}:iam::{account}:role/${name}-expiry-reminders`,
);
const KMS_KEY = "arn:{partition}:kms:{region}:{account}:key/<id>";
const ALARM_TOPIC = "arn:{partition}:sns:{region}:{account}:{stack}-alarms";
const LOG_GROUP = "arn:{partition}:logs:{region}:{account}:log-group:/aws/lambda/{stack}-decrypt-customer-input";
const PRIVATE_KEY_PARAMETER = `arn:{partition}:ssm:{region}:{account}:parameter${PRIVATE_KEY_PARAMETER_PREFIX}<id>`;
const PAYMENT_PARAMETER = "arn:{partition}:ssm:{region}:{account}:parameter/secure-ivr/<stage>/payment-secret";
const DEPLOYERS = "arn:{partition}:iam::{account}:<role>";

const ACCOUNT_ADMINISTERS: ExpectedStatement = {
  Sid: "AccountAdministers",
  Effect: "Allow",
  Principal: ROOT,
  Action: [
    ...["CancelKeyDeletion", "CreateAlias", "DeleteAlias", "Describe*", "Disable*", "Enable*", "Get*", "List*", "Put*"],
    ...["RevokeGrant", "RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource", "Update*"],
  ].map((action) => `kms:${action}`),
  Resource: "*",
};

const NETWORK_INTERFACE_ACTIONS = [
  ...["CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface"],
  ...["AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"],
].map((action) => `ec2:${action}`);

const FUNCTION_ROLE_POLICY: readonly ExpectedStatement[] = [
  {
    Sid: "ReadPrivateKeys",
    Effect: "Allow",
    Action: "ssm:GetParameter",
    Resource: PRIVATE_KEY_PARAMETER,
    neededByCalls: true,
  },
  {
    Sid: "DecryptPrivateKeys",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: KMS_KEY,
    Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": PRIVATE_KEY_PARAMETER } },
    neededByCalls: true,
  },
  { Sid: "ReadPaymentSecret", Effect: "Allow", Action: "ssm:GetParameter", Resource: PAYMENT_PARAMETER },
  {
    Sid: "DecryptPaymentSecret",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: KMS_KEY,
    Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": PAYMENT_PARAMETER } },
  },
  {
    Sid: "WriteOwnLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${LOG_GROUP}:*`,
  },
  {
    Sid: "SendTraces",
    Effect: "Allow",
    Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    Resource: "*",
  },
  {
    Sid: "LambdaConnectsToVpc",
    Effect: "Allow",
    Action: NETWORK_INTERFACE_ACTIONS,
    Resource: "*",
    onlyWith: "FunctionItselfDoesNot",
  },
  {
    Sid: "FunctionItselfDoesNot",
    Effect: "Deny",
    Action: NETWORK_INTERFACE_ACTIONS,
    Resource: "*",
    Condition: {
      ArnEquals: {
        "lambda:SourceFunctionArn": "arn:{partition}:lambda:{region}:{account}:function:{stack}-decrypt-customer-input",
      },
    },
  },
];

const REMINDER_ROLE_POLICY: readonly ExpectedStatement[] = [
  { Sid: "PublishReminders", Effect: "Allow", Action: "sns:Publish", Resource: ALARM_TOPIC },
  { Sid: "EncryptReminders", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: KMS_KEY },
];

const TOPIC_POLICY: readonly ExpectedStatement[] = [
  {
    Sid: "AlarmsOfThisStack",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: ALARM_TOPIC,
    Condition: {
      StringEquals: { "aws:SourceAccount": "{account}" },
      ArnLike: { "aws:SourceArn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{stack}-*" },
    },
  },
];

/** The statements of this project's policies, by resource without its hash. */
const EXPECTED_STATEMENTS: Readonly<Record<string, readonly ExpectedStatement[]>> = {
  "aws_kms_key.encryption-key": [
    ACCOUNT_ADMINISTERS,
    {
      Sid: "FunctionDecryptsParameters",
      Effect: "Allow",
      Principal: ROOT,
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": FUNCTION_ROLES },
        StringEquals: { "kms:ViaService": "ssm.{region}.amazonaws.com" },
      },
      neededByCalls: true,
    },
    {
      Sid: "DeployersWriteAndReadBack",
      Effect: "Allow",
      Principal: ROOT,
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": DEPLOYERS },
        StringEquals: { "kms:ViaService": ["ssm.{region}.amazonaws.com", "lambda.{region}.amazonaws.com"] },
      },
      onlyWhenCreated: true,
    },
    {
      Sid: "DeployersLetLambdaDecryptTheEnvironment",
      Effect: "Allow",
      Principal: ROOT,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": DEPLOYERS },
        Bool: { "kms:GrantIsForAWSResource": "true" },
        StringEquals: { "kms:ViaService": "lambda.{region}.amazonaws.com" },
      },
      onlyWhenCreated: true,
    },
    {
      Sid: "LogsOfTheFunctionAlone",
      Effect: "Allow",
      Principal: { Service: "logs.{region}.amazonaws.com" },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      Resource: "*",
      Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": LOG_GROUP } },
    },
  ],
  "aws_kms_key.monitoring_topic_key": [
    ACCOUNT_ADMINISTERS,
    {
      Sid: "AlarmsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": "{account}" } },
    },
    {
      Sid: "RemindersAlone",
      Effect: "Allow",
      Principal: ROOT,
      Action: ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": REMINDER_ROLES } },
    },
  ],
  "aws_iam_role.decrypt-function_role": [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" },
      neededByCalls: true,
    },
  ],
  "aws_iam_role.monitoring_expiry-reminders_role": [
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "scheduler.amazonaws.com" },
      Condition: {
        StringEquals: { "aws:SourceAccount": "{account}" },
        ArnEquals: {
          "aws:SourceArn": "arn:{partition}:scheduler:{region}:{account}:schedule-group/{stack}-expiry-reminders",
        },
      },
    },
  ],
  "aws_iam_role_policy.decrypt-function_policy": FUNCTION_ROLE_POLICY,
  "aws_iam_role_policy.monitoring_expiry-reminders_policy": REMINDER_ROLE_POLICY,
  "aws_sns_topic_policy.monitoring_topic_policy": TOPIC_POLICY,
  // What the state contains of a role's policies, and of a topic's policy.
  "aws_iam_role.decrypt-function_role inline_policy": FUNCTION_ROLE_POLICY,
  "aws_iam_role.monitoring_expiry-reminders_role inline_policy": REMINDER_ROLE_POLICY,
  "aws_sns_topic.monitoring_topic": TOPIC_POLICY,
};

/** @param policy a resource without its hash, such as `aws_kms_key.encryption-key`; for a block with its name */
export const expectedStatements = (policy: string): readonly ExpectedStatement[] =>
  Object.hasOwn(EXPECTED_STATEMENTS, policy) ? (EXPECTED_STATEMENTS[policy] ?? []) : [];

/** Whether a statement is one that this project writes: it allows, or denies, nothing else. */
export function isExpected(
  statement: PlannedStatement,
  expected: ExpectedStatement,
  deployment: PlannedDeployment,
): boolean {
  const { NotAction, NotPrincipal, NotResource } = statement;
  if ([NotAction, NotPrincipal, NotResource].some((part) => part !== undefined)) return false;
  if (statement.Effect !== expected.Effect || statement.Sid !== expected.Sid) return false;
  const isMatch = (values: readonly string[], templates: readonly string[]): boolean =>
    values.length > 0 === templates.length > 0 &&
    values.every((value) => templates.some((template) => matchesTemplate(value, template, deployment)));
  return (
    isMatch(principalsOf(statement.Principal), principalsOf(expected.Principal)) &&
    isMatch(entriesOf(statement.Action), entriesOf(expected.Action)) &&
    isMatch(entriesOf(statement.Resource), entriesOf(expected.Resource)) &&
    Object.entries(expected.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, templates]) => {
        const values = statement.Condition?.[operator]?.[key];
        return values !== undefined && isMatch(entriesOf(values), entriesOf(templates));
      }),
    )
  );
}

/** A value that is not in the plan matches nothing. */
function matchesTemplate(value: string, template: string, deployment: PlannedDeployment): boolean {
  const values: Readonly<Record<string, string | undefined>> = { ...deployment };
  const parts = template.split(/(\{\w+\}|<\w+>)/);
  const patterns = parts.map((part) => {
    if (part.startsWith("<")) return String.raw`[\w+=,.@/-]+`;
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const text = name === undefined ? part : values[name];
    return text === undefined ? undefined : text.replace(/[^\w-]/g, String.raw`\$&`);
  });
  return !patterns.includes(undefined) && new RegExp(`^${patterns.join("")}$`).test(value);
}
