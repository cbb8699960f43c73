import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { IvrConfig } from "../../settings/settings";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { PROJECT_DIR, temporaryFolder } from "../support/project";
import { readStack, type Synthesized, synthesizeWith } from "../support/stack";

type Block = Record<string, unknown>;
interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
  Principal?: string | Record<string, string | string[]>;
}
/**
 * A rule for every resource of a type. The id names its source: CKV… is in checkov's policy index
 * (https://www.checkov.io/5.Policy%20Index/terraform.html), AWS-… is in trivy's (https://avd.aquasec.com/misconfig/aws/).
 */
interface Rule {
  id: string;
  requirement: string;
  type: string;
  isMet: (resource: Block) => boolean;
  /** arguments that break the rule, for each resource of the type, or for a new one if the stack has none */
  violation: Block;
}

const list = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));
const statements = (document: unknown): Statement[] =>
  JSON.parse(String(document)).Statement.filter(({ Effect }: Statement) => Effect === "Allow");
const principals = ({ Principal }: Statement) =>
  typeof Principal === "object" ? Object.values(Principal).flatMap(list) : list(Principal);
const allow = (Action: string, Resource: string) => ({
  policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource }] }),
});
const trust = (Principal: unknown) => ({
  assume_role_policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }] }),
});
const isOurKey = (reference: unknown) => /^\$\{aws_kms_key\.[^}]+\.arn\}$/.test(String(reference));

/**
 * Actions that are allowed on any resource. X-Ray's and the first two of EC2's actions do not support resource-level
 * permissions. The others are necessary for a VPC according to Lambda's guide: with `vpc`, checkov reports them as
 * CKV_AWS_290 and CKV_AWS_355.
 */
const ON_ANY_RESOURCE = [
  ...["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  ...["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
  ...["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
  ...["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
];

/** Stricter than the rules that use it, which check only some actions. */
const namesResources = ({ policy }: Block) =>
  statements(policy).every(
    ({ Action, Resource }) =>
      !list(Resource).includes("*") || list(Action).every((action) => ON_ANY_RESOURCE.includes(action)),
  );
const namesActions = ({ policy }: Block) =>
  statements(policy).every(({ Action }) => list(Action).every((action) => !/^\*$|:\*$/.test(action)));
const isNoAccessKey = (text: string) => !/\b(AKIA|ASIA)[A-Z0-9]{16}\b|PRIVATE KEY/.test(text);

const key = { type: "aws_kms_key" };
const parameter = { type: "aws_ssm_parameter" };
const lambda = { type: "aws_lambda_function" };
const permission = { type: "aws_lambda_permission" };
const logs = { type: "aws_cloudwatch_log_group" };
const role = { type: "aws_iam_role" };
const rolePolicy = { type: "aws_iam_role_policy" };
const attachment = { type: "aws_iam_role_policy_attachment" };
const rotates = {
  ...key,
  isMet: (it: Block) => it.enable_key_rotation === true,
  violation: { enable_key_rotation: false },
};
const logsUnderOurKey = {
  ...logs,
  isMet: (it: Block) => isOurKey(it.kms_key_id),
  violation: { kms_key_id: undefined },
};
const limitedSource = {
  ...permission,
  isMet: (it: Block) => Boolean(it.source_arn),
  violation: { source_arn: undefined },
};
const managed = (name: string) => ({
  ...attachment,
  isMet: (it: Block) => !String(it.policy_arn).endsWith(`/${name}`),
  violation: { policy_arn: `arn:aws:iam::aws:policy/${name}` },
});

const MET: Rule[] = [
  { id: "CKV_AWS_7", requirement: "KMS keys rotate", ...rotates },
  { id: "AWS-0065", requirement: "KMS keys rotate", ...rotates },
  {
    id: "CKV_AWS_33",
    requirement: "no KMS key allows every principal",
    ...key,
    isMet: (it) => statements(it.policy).every((statement) => !principals(statement).includes("*")),
    violation: {
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "kms:*", Principal: { AWS: "*" } }] }),
    },
  },
  {
    id: "CKV_AWS_227",
    requirement: "KMS keys are enabled",
    ...key,
    isMet: (it) => it.is_enabled !== false,
    violation: { is_enabled: false },
  },
  {
    id: "CKV2_AWS_64",
    requirement: "KMS keys have a policy",
    ...key,
    isMet: (it) => Boolean(it.policy),
    violation: { policy: undefined },
  },
  {
    id: "CKV2_AWS_34",
    requirement: "parameters are encrypted",
    ...parameter,
    isMet: (it) => it.type === "SecureString",
    violation: { type: "String" },
  },
  {
    id: "CKV_AWS_337",
    requirement: "parameters are encrypted with a customer managed key",
    ...parameter,
    isMet: (it) => isOurKey(it.key_id),
    violation: { key_id: undefined },
  },
  {
    id: "CKV_AWS_45",
    requirement: "no secret in the function's environment",
    ...lambda,
    isMet: (it) => isNoAccessKey(JSON.stringify(it.environment)),
    violation: { environment: { variables: { KEY: `AKIA${"X".repeat(16)}` } } },
  },
  {
    id: "CKV_AWS_173",
    requirement: "the function's environment is encrypted with a customer managed key",
    ...lambda,
    isMet: (it) => isOurKey(it.kms_key_arn),
    violation: { kms_key_arn: undefined },
  },
  {
    id: "CKV_AWS_363",
    requirement: "the runtime is supported",
    ...lambda,
    isMet: (it) => ["nodejs22.x", "nodejs24.x"].includes(String(it.runtime)),
    violation: { runtime: "nodejs18.x" },
  },
  {
    id: "CKV_AWS_301",
    requirement: "the function is not public",
    ...permission,
    isMet: (it) => it.principal !== "*",
    violation: { principal: "*" },
  },
  { id: "CKV_AWS_364", requirement: "a service can invoke only for one source", ...limitedSource },
  { id: "AWS-0067", requirement: "a service can invoke only for one source", ...limitedSource },
  {
    id: "CKV_AWS_66",
    requirement: "logs have a retention",
    ...logs,
    isMet: (it) => Boolean(it.retention_in_days),
    violation: { retention_in_days: undefined },
  },
  {
    id: "CKV_AWS_338",
    requirement: "logs are retained for a year",
    ...logs,
    isMet: (it) => Number(it.retention_in_days) >= 365,
    violation: { retention_in_days: 364 },
  },
  { id: "CKV_AWS_158", requirement: "logs are encrypted with a customer managed key", ...logsUnderOurKey },
  { id: "AWS-0017", requirement: "logs are encrypted with a customer managed key", ...logsUnderOurKey },
  {
    id: "CKV_AWS_60",
    requirement: "roles trust named services or principals",
    ...role,
    isMet: (it) => statements(it.assume_role_policy).every((statement) => !principals(statement).includes("*")),
    violation: trust({ AWS: "*" }),
  },
  {
    id: "CKV_AWS_61",
    requirement: "no role trusts a whole account",
    ...role,
    isMet: (it) =>
      statements(it.assume_role_policy).every((statement) =>
        principals(statement).every((principal) => !/^\d{12}$|:root$/.test(principal)),
      ),
    violation: trust({ AWS: "arn:aws:iam::804729163550:root" }),
  },
  {
    id: "CKV_AWS_62",
    requirement: "no policy allows everything",
    ...rolePolicy,
    isMet: (it) => namesActions(it) && namesResources(it),
    violation: allow("*", "*"),
  },
  {
    id: "CKV_AWS_63",
    requirement: "no policy allows every action",
    ...rolePolicy,
    isMet: namesActions,
    violation: allow("*", "arn:aws:s3:::one"),
  },
  { id: "CKV_AWS_274", requirement: "no role has AdministratorAccess", ...managed("AdministratorAccess") },
  { id: "CKV2_AWS_56", requirement: "no role has IAMFullAccess", ...managed("IAMFullAccess") },
  {
    id: "CKV2_AWS_40",
    requirement: "no policy allows all IAM actions",
    ...rolePolicy,
    isMet: namesActions,
    violation: allow("iam:*", "arn:aws:iam::804729163550:role/one"),
  },
  ...[
    ["CKV_AWS_286", "no privilege escalation", "iam:PassRole"],
    ["CKV_AWS_287", "no exposure of credentials", "iam:CreateAccessKey"],
    ["CKV_AWS_288", "no access to the data of any resource", "ssm:GetParameter"],
    ["CKV_AWS_289", "no unconstrained management of permissions", "iam:PutRolePolicy"],
    ["CKV_AWS_290", "no write access without constraint", "logs:PutLogEvents"],
    ["CKV_AWS_355", "no resource * for actions that support a resource", "kms:Decrypt"],
  ].map(([id = "", requirement = "", action = ""]) => ({
    id,
    requirement,
    ...rolePolicy,
    isMet: namesResources,
    violation: allow(action, "*"),
  })),
  {
    id: "CKV_AWS_26",
    requirement: "topics are encrypted",
    type: "aws_sns_topic",
    isMet: (it) => Boolean(it.kms_master_key_id),
    violation: { kms_master_key_id: undefined },
  },
];

const traced = {
  ...lambda,
  isMet: (it: Block) => (it.tracing_config as Block | undefined)?.mode === "Active",
  violation: { tracing_config: { mode: "PassThrough" } },
};
/** Rules that are met only with options. */
const MET_BY_OPTIONS: Rule[] = [
  { id: "CKV_AWS_50", requirement: "X-Ray is active", ...traced },
  {
    id: "CKV_AWS_115",
    requirement: "the function's concurrency is limited",
    ...lambda,
    isMet: (it) => Number(it.reserved_concurrent_executions) > 0,
    violation: { reserved_concurrent_executions: undefined },
  },
  {
    id: "CKV_AWS_117",
    requirement: "the function is in a VPC",
    ...lambda,
    isMet: (it) => Boolean(it.vpc_config),
    violation: { vpc_config: undefined },
  },
  {
    id: "CKV_AWS_272",
    requirement: "the function's code is signed",
    ...lambda,
    isMet: (it) => Boolean(it.code_signing_config_arn),
    violation: { code_signing_config_arn: undefined },
  },
  { id: "AWS-0066", requirement: "X-Ray is active", ...traced },
];

/** .checkov.yaml and .trivyignore contain the reasons for these rules and for the options. */
const NOT_MET = ["CKV_AWS_116", "AWS-0057"];

const folder = temporaryFolder();
const CONFIG = {
  fields: ["cardNumber"],
  payment: { connector: "https", url: "https://payments.example/" },
} satisfies IvrConfig;
let stack: Synthesized;
let withOptions: Synthesized;
beforeAll(async () => {
  const pair = await smallKeyPair();
  stack = readStack(await synthesizeWith(folder, pair, CONFIG));
  withOptions = readStack(await synthesizeWith(folder, pair, { ...CONFIG, ...ALL_OPTIONS }));
}, 60_000);

const offenders = (of: Synthesized, { type, isMet }: Rule) =>
  Object.entries(of.resource[type] ?? {})
    .filter(([, resource]) => !isMet(resource))
    .map(([name]) => name);

test.each(MET)("$id: $requirement", (rule) => {
  expect(offenders(stack, rule)).toEqual([]);
  expectViolationsFound(stack, rule);
  expect(offenders(withOptions, rule)).toEqual([]);
});

test.each(MET_BY_OPTIONS)("$id: $requirement, with an option", (rule) => {
  expect(offenders(stack, rule)).toHaveLength(1);
  expect(offenders(withOptions, rule)).toEqual([]);
  expectViolationsFound(withOptions, rule);
});

test("AWS-0057: the only wildcards are the streams of the function's log group, and those that options need", () => {
  const wildcards = ({ resource }: Synthesized) =>
    Object.values(resource[rolePolicy.type] ?? {}).flatMap(({ policy }) =>
      statements(policy)
        .flatMap(({ Action, Resource }) => [...list(Action), ...list(Resource)])
        .filter((it) => it.includes("*")),
    );
  const streams = expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:\*$/);
  expect(wildcards(stack)).toEqual([streams]);
  expect(wildcards(withOptions)).toEqual([streams, "*", "*"]);
});

/** Expects that a rule finds each resource that breaks it. */
function expectViolationsFound(of: Synthesized, rule: Rule): void {
  const names = Object.keys(of.resource[rule.type] ?? {});
  // attachments are the only type that the stack does not have
  expect(names.length > 0).toBe(rule.type !== attachment.type);
  for (const name of names.length > 0 ? names : ["another"]) {
    const variant = structuredClone(of);
    variant.resource[rule.type] = {
      ...variant.resource[rule.type],
      [name]: { ...variant.resource[rule.type]?.[name], ...rule.violation },
    };
    expect(offenders(variant, rule)).toEqual([name]);
  }
}

test("checkov and trivy skip exactly the rules that are not met, each with a reason", () => {
  const lines = (file: string) => readFileSync(join(PROJECT_DIR, file), "utf8").split("\n");
  const checkov = lines(".checkov.yaml").flatMap((line) => /^ {2}- (CKV\w+)(?: # \S.+)$/.exec(line)?.[1] ?? []);
  const unexplained = lines(".checkov.yaml").filter((line) => /^ *- CKV\w+\s*$/.test(line));
  const trivy = lines(".trivyignore").flatMap((line, at, all) =>
    /^AWS-\d+$/.test(line) && all[at - 1]?.startsWith("# ") ? line : [],
  );
  expect(unexplained).toEqual([]);
  expect([...checkov, ...trivy].sort()).toEqual([...NOT_MET, ...MET_BY_OPTIONS.map(({ id }) => id)].sort());
  expect(MET.map(({ id }) => id).filter((id) => NOT_MET.includes(id))).toEqual([]);
});
