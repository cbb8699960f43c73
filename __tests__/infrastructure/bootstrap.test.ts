import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ACTIONS_ON_ANY_RESOURCE,
  DATA_SOURCE_ACTIONS,
  RESOURCE_ACTIONS,
} from "../../infrastructure/bootstrap/provider-actions";
import { boundaryPolicy, MAX_POLICY_CHARACTERS, rolePolicies } from "../../infrastructure/bootstrap/role-policies";
import { synthesizeBootstrap } from "../../infrastructure/bootstrap/synthesize-bootstrap";
import { parseBootstrapSettings } from "../../settings/bootstrap-settings";
import type { IvrConfig } from "../../settings/settings";
import { isAllowed, type PolicyStatement } from "../../simulator/access-policy";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { filesBelow, PROJECT_DIR, temporaryFolder } from "../support/project";
import { only, readStack, type Synthesized, synthesizeWith } from "../support/stack";

const ACCOUNT = "804729163550";
const BUCKET = "example-ivr-state";
const OPTIONS = {
  repository: "example/ivr",
  bucket: BUCKET,
  environment: ["production"],
  branch: "main",
  region: ["us-east-1"],
};
const ALL_BOOTSTRAP_OPTIONS = {
  ...OPTIONS,
  environment: ["development", "production"],
  region: ["us-east-1", "eu-west-2"],
  codeSigningBucket: "signed-packages",
};
/** Together they have every resource type and data source. */
const CONFIGS: IvrConfig[] = [
  {},
  {
    ...ALL_OPTIONS,
    phoneNumber: { countryCode: "US", type: "DID" },
    payment: { connector: "https", url: "https://payments.example/" },
    alarms: { emails: ["operator@example.com"] },
  },
  { flowKind: "module", backend: { bucket: BUCKET } },
];

const folder = temporaryFolder();
const bootstrapWith = (name: string, options: Parameters<typeof parseBootstrapSettings>[0]) =>
  synthesizeBootstrap({
    settings: parseBootstrapSettings(options),
    projectDir: PROJECT_DIR,
    outdir: join(folder, name),
  });
/** The stack in one account. */
function resolvedStack(stackDir: string): Synthesized {
  const text = readFileSync(join(stackDir, "cdk.tf.json"), "utf8");
  return JSON.parse(
    text
      .replaceAll("${data.aws_partition.partition.partition}", "aws")
      .replaceAll("${data.aws_caller_identity.caller.account_id}", ACCOUNT),
  );
}

let stackDirs: string[];
let stacks: Synthesized[];
let bootstrap: Synthesized;
beforeAll(async () => {
  const pair = await smallKeyPair();
  stackDirs = [];
  for (const config of CONFIGS) stackDirs.push(await synthesizeWith(folder, pair, config));
  stacks = stackDirs.map(readStack);
  bootstrap = resolvedStack(bootstrapWith("all", ALL_BOOTSTRAP_OPTIONS));
}, 60_000);

const list = (value: string | string[]) => [value].flat();
const statementsIn = (document: unknown): PolicyStatement[] => JSON.parse(String(document)).Statement;
/** The statements of all policies of a role. */
const statementsOf = (role: "plan" | "refresh" | "deploy", { resource }: Synthesized = bootstrap) =>
  Object.values(resource.aws_iam_policy ?? {})
    .filter(({ name }) => new RegExp(`^ivr-ci-${role}(-\\d)?$`).test(String(name)))
    .flatMap(({ policy }) => statementsIn(policy));
const actionsOf = (statements: PolicyStatement[]) =>
  [...new Set(statements.flatMap(({ Action }) => list(Action)))].sort();
const may = (
  role: "plan" | "refresh" | "deploy",
  action: string,
  resource: string,
  context: Record<string, string> = {},
) =>
  isAllowed(
    { principal: `arn:aws:iam::${ACCOUNT}:role/ivr-ci-${role}`, action, resource, context },
    statementsOf(role),
  );

describe("the tables of the provider's actions", () => {
  const typesIn = (part: "resource" | "data") =>
    [...new Set(stacks.flatMap((stack) => Object.keys(stack[part])))].sort();

  it("have each resource type and data source of a stack, and no other", () => {
    expect(Object.keys(RESOURCE_ACTIONS).sort()).toEqual(typesIn("resource"));
    expect(Object.keys(DATA_SOURCE_ACTIONS).sort()).toEqual(typesIn("data"));
  });

  it("have single actions, without wildcards and repetitions", () => {
    const lists = [
      ...Object.values(RESOURCE_ACTIONS).flatMap(({ plan = [], create, read, update, delete: destroy }) => [
        ...[plan, create, read, update, destroy],
      ]),
      ...Object.values(DATA_SOURCE_ACTIONS).map(({ read }) => read),
    ];
    for (const action of lists.flat()) expect(action).toMatch(/^[a-z\d]+:[A-Z][A-Za-z]+$/);
    for (const actions of lists) expect(actions).toEqual([...new Set(actions)]);
  });

  it("limit a stage's resources by names that the stacks have", () => {
    const NAMES: Record<string, [argument: string, pattern: RegExp]> = {
      aws_cloudwatch_dashboard: ["dashboard_name", /^secure-ivr-/],
      aws_cloudwatch_log_group: ["name", /^\/aws\/lambda\/secure-ivr-/],
      aws_cloudwatch_metric_alarm: ["alarm_name", /^secure-ivr-/],
      aws_iam_role: ["name", /^secure-ivr-/],
      aws_kms_alias: ["name", /^alias\/secure-ivr-/],
      aws_lambda_function: ["function_name", /^secure-ivr-/],
      aws_s3_object: ["key", /^secure-ivr-/],
      aws_scheduler_schedule_group: ["name", /^secure-ivr-/],
      aws_signer_signing_profile: ["name_prefix", /^secure_ivr_/],
      aws_sns_topic: ["name", /^secure-ivr-/],
      aws_ssm_parameter: ["name", /^\/(CONNECT_INPUT_DECRYPTION_KEY\/|secure-ivr\/[\w-]+\/payment-secret$)/],
    };
    const found = new Set<string>();
    for (const { resource, provider } of stacks) {
      for (const [type, [argument, pattern]] of Object.entries(NAMES)) {
        for (const values of Object.values(resource[type] ?? {})) {
          expect(values[argument]).toMatch(pattern);
          found.add(type);
        }
      }
      for (const { destination } of Object.values(resource.aws_signer_signing_job ?? {})) {
        expect(JSON.stringify(destination)).toContain('"prefix":"secure-ivr-');
      }
      expect(JSON.stringify(provider.aws)).toContain('"Project":"connect-secure-ivr"');
    }
    expect([...found].sort()).toEqual(Object.keys(NAMES).sort());
    expect(stacks.at(-1)?.terraform.backend).toMatchObject({
      s3: { key: expect.stringMatching(/^connect-secure-ivr\//) },
    });
  });
});

describe("the roles' policies", () => {
  it.each([
    ["with one Region", OPTIONS],
    ["with every option", ALL_BOOTSTRAP_OPTIONS],
  ])("keep to IAM's limits, %s", (name, options) => {
    const { resource } = resolvedStack(bootstrapWith(name, options));
    const documents = Object.values(resource.aws_iam_policy ?? {}).map(({ policy }) => String(policy));
    expect(documents.length).toBeGreaterThanOrEqual(5);
    for (const document of documents) expect(document.length).toBeLessThanOrEqual(MAX_POLICY_CHARACTERS);
    const attached = Object.values(resource.aws_iam_role_policy_attachment ?? {}).map(({ role }) => role);
    for (const role of attached) expect(attached.filter((other) => other === role).length).toBeLessThanOrEqual(10);
    expect(attached).toHaveLength(documents.length - 1);
  });

  it("are split before they exceed the limit, also with the longest partition and many Regions", () => {
    const scope = {
      partition: "aws-us-gov",
      account: ACCOUNT,
      regions: ["us-gov-east-1", "us-gov-west-1", "ap-southeast-1"],
      stateBucket: "b".repeat(63),
      codeSigningBucket: "c".repeat(63),
      permissionsBoundary: "arn:{partition}:iam::{account}:policy/boundary",
    };
    const documents = rolePolicies("deploy", scope);
    expect(documents.length).toBeGreaterThan(2);
    for (const document of documents) expect(document.length).toBeLessThanOrEqual(MAX_POLICY_CHARACTERS);
    expect(documents.join()).not.toMatch(/\{\w+\}/);
  });

  it.each(["plan", "refresh", "deploy"] as const)("%s: names actions and, where IAM can, resources", (role) => {
    const statements = statementsOf(role);
    for (const { Effect, Action, Resource } of statements) {
      expect(Effect).toBe("Allow");
      expect(list(Action).filter((action) => action.includes("*"))).toEqual([]);
      if (list(Resource).includes("*")) {
        expect(list(Action).filter((action) => !(action in ACTIONS_ON_ANY_RESOURCE))).toEqual([]);
      }
    }
  });

  it("allow on any resource only actions that the deploy role has", () => {
    const onAny = statementsOf("deploy").filter(({ Resource }) => list(Resource).includes("*"));
    expect(actionsOf(onAny)).toEqual(Object.keys(ACTIONS_ON_ANY_RESOURCE).sort());
  });

  it("let the plan role read the state and what a stack looks up, and nothing decrypted", () => {
    expect(actionsOf(statementsOf("plan"))).toEqual([
      "cloudformation:DescribeType",
      "connect:DescribeInstance",
      "connect:DescribeInstanceAttribute",
      "connect:ListInstances",
      "ds:DescribeDirectories",
      "iam:GetRole",
      "s3:GetObject",
      "s3:ListBucket",
    ]);
    expect(may("plan", "s3:GetObject", `arn:aws:s3:::${BUCKET}/connect-secure-ivr/prod.tfstate`)).toBe(true);
    expect(may("plan", "s3:GetObject", `arn:aws:s3:::${BUCKET}/bootstrap.tfstate`)).toBe(false);
  });

  it("let the refresh role read each resource, and write nothing but a lock", () => {
    const reads = Object.values(RESOURCE_ACTIONS).flatMap(({ read }) => read);
    const actions = actionsOf(statementsOf("refresh"));
    expect(reads.filter((action) => !actions.includes(action))).toEqual([]);
    const others = actions.filter((action) => !/:(Describe|Get|List)/.test(action));
    expect(others).toEqual(["kms:Decrypt", "s3:DeleteObject", "s3:PutObject"]);
    for (const action of ["s3:DeleteObject", "s3:PutObject"]) {
      const state = `arn:aws:s3:::${BUCKET}/connect-secure-ivr/prod.tfstate`;
      expect([may("refresh", action, `${state}.tflock`), may("refresh", action, state)]).toEqual([true, false]);
    }
    const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;
    expect(may("refresh", "kms:Decrypt", key, { "kms:ViaService": "ssm.us-east-1.amazonaws.com" })).toBe(true);
    expect(may("refresh", "kms:Decrypt", key)).toBe(false);
  });

  it("let the deploy role call all that the tables list, and what the commands check after a deployment", () => {
    const listed = Object.values(RESOURCE_ACTIONS).flatMap(({ plan = [], create, read, update, delete: destroy }) => [
      ...[plan, create, read, update, destroy].flat(),
    ]);
    const checked = filesBelow(join(PROJECT_DIR, "deployment-checks")).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/"([a-z]+:[A-Z]\w+)"/g)].map(([, action = ""]) => action),
    );
    expect(checked).toContain("lambda:InvokeFunction");
    const actions = actionsOf(statementsOf("deploy"));
    // The first needs no permission, and GitHub's token is exchanged for the role itself.
    const needless = ["sts:GetCallerIdentity", "sts:AssumeRole"];
    expect([...listed, ...checked].filter((action) => ![...actions, ...needless].includes(action))).toEqual([]);
  });

  it("give no role S3 permissions beyond the state without a bucket for signed packages", () => {
    const stack = resolvedStack(bootstrapWith("unsigned", OPTIONS));
    const resources = statementsOf("deploy", stack).flatMap(({ Resource }) => list(Resource));
    expect(resources.filter((arn) => arn.includes(":s3:::")).every((arn) => arn.includes(BUCKET))).toBe(true);
  });

  describe("keep the deploy role from", () => {
    const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/ivr-ci-boundary`;
    const own = { "aws:ResourceTag/Project": "connect-secure-ivr" };
    const regional = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

    it.each<[string, string, string, Record<string, string>, Record<string, string>]>([
      [
        "a role without the boundary",
        "iam:CreateRole",
        role("secure-ivr-dev-x"),
        { "iam:PermissionsBoundary": boundary },
        {},
      ],
      [
        "a policy of a role without the boundary",
        "iam:PutRolePolicy",
        role("secure-ivr-dev-x"),
        { "iam:PermissionsBoundary": boundary },
        { "iam:PermissionsBoundary": `${boundary}-2` },
      ],
      [
        "passing a role to another service",
        "iam:PassRole",
        role("secure-ivr-dev-x"),
        { "iam:PassedToService": "lambda.amazonaws.com" },
        { "iam:PassedToService": "ec2.amazonaws.com" },
      ],
      ["deleting another KMS key", "kms:ScheduleKeyDeletion", regional("kms", "key/1"), own, {}],
      [
        "changing another flow",
        "connect:UpdateContactFlowContent",
        regional("connect", "instance/1/contact-flow/1"),
        own,
        {},
      ],
      ["releasing another number", "connect:ReleasePhoneNumber", regional("connect", "phone-number/1"), own, {}],
      [
        "another project's tag on a KMS key",
        "kms:TagResource",
        regional("kms", "key/1"),
        { "aws:RequestTag/Project": "connect-secure-ivr" },
        { "aws:RequestTag/Project": "another" },
      ],
      [
        "a grant for itself",
        "kms:CreateGrant",
        regional("kms", "key/1"),
        { "kms:ViaService": "lambda.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "true" },
        { "kms:ViaService": "lambda.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "false" },
      ],
    ])("%s", (_, action, resource, allowed, denied) => {
      expect([may("deploy", action, resource, allowed), may("deploy", action, resource, denied)]).toEqual([
        true,
        false,
      ]);
    });

    it.each([
      ["its own permissions", "iam:PutRolePolicy", role("ivr-ci-deploy")],
      ["its own trust policy", "iam:UpdateAssumeRolePolicy", role("ivr-ci-deploy")],
      ["attaching policies", "iam:AttachRolePolicy", role("secure-ivr-dev-x")],
      ["removing the boundary", "iam:DeleteRolePermissionsBoundary", role("secure-ivr-dev-x")],
      ["changing the boundary", "iam:CreatePolicyVersion", boundary],
      ["the state of its own role", "s3:PutObject", `arn:aws:s3:::${BUCKET}/bootstrap.tfstate`],
      [
        "deleting a version of a state",
        "s3:DeleteObjectVersion",
        `arn:aws:s3:::${BUCKET}/connect-secure-ivr/a.tfstate`,
      ],
      ["other functions", "lambda:UpdateFunctionCode", regional("lambda", "function:another")],
      ["other parameters", "ssm:GetParameter", regional("ssm", "parameter/another")],
      ["other Regions", "lambda:UpdateFunctionCode", `arn:aws:lambda:eu-north-1:${ACCOUNT}:function:secure-ivr-dev-x`],
    ])("%s", (_, action, resource) => {
      const context = { "iam:PermissionsBoundary": boundary, ...own };
      expect(may("deploy", action, resource, context)).toBe(false);
    });
  });
});

describe("the permissions boundary", () => {
  const boundary = () => statementsIn(only(bootstrap, "aws_iam_policy", "boundary").policy);

  it("allows each action of a stage's roles, and no other", () => {
    const policies = stacks.flatMap(({ resource }) => Object.values(resource.aws_iam_role_policy ?? {}));
    const allowed = policies.flatMap(({ policy }) => statementsIn(policy).filter(({ Effect }) => Effect === "Allow"));
    expect(actionsOf(boundary())).toEqual(actionsOf(allowed));
  });

  it("allows what the function's role is allowed, on the same resources", () => {
    const principal = `arn:aws:iam::${ACCOUNT}:role/secure-ivr-dev`;
    let checked = 0;
    for (const stackDir of stackDirs) {
      const [deployed] = new SynthesizedStack(stackDir, { payment_secret: "s" }).functions;
      for (const { Effect, Action, Resource } of deployed?.role.statements ?? []) {
        if (Effect !== "Allow") continue;
        for (const action of list(Action)) {
          for (const resource of list(Resource)) {
            expect([action, resource, isAllowed({ principal, action, resource }, boundary())]).toEqual([
              ...[action, resource, true],
            ]);
            checked += 1;
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(10);
  });

  it("names no resource outside of the project but network interfaces, traces and KMS keys", () => {
    const { Statement } = JSON.parse(boundaryPolicy({ partition: "aws", account: ACCOUNT, regions: ["us-east-1"] }));
    const broad = Statement.filter(
      ({ Resource }: PolicyStatement) => !/secure-ivr|CONNECT_INPUT/.test(String(Resource)),
    );
    const services = broad
      .flatMap(({ Action }: PolicyStatement) => list(Action))
      .map((action: string) => action.split(":")[0]);
    expect([...new Set(services)].sort()).toEqual(["ec2", "kms", "xray"]);
  });
});

describe("trust in GitHub", () => {
  const trustOf = (name: string, stack = bootstrap) => {
    const role = Object.values(stack.resource.aws_iam_role ?? {}).find((each) => each.name === `ivr-ci-${name}`);
    const [statement, ...others] = JSON.parse(String(role?.assume_role_policy)).Statement;
    expect(others).toEqual([]);
    return statement;
  };
  const claim = (name: string) => `token.actions.githubusercontent.com:${name}`;

  it.each([
    ["plan", ["repo:example/ivr:pull_request"], undefined],
    ["refresh", ["repo:example/ivr:ref:refs/heads/main"], undefined],
    [
      "deploy",
      ["repo:example/ivr:environment:development", "repo:example/ivr:environment:production"],
      "refs/heads/main",
    ],
  ])("the %s role trusts %j", (name, subjects, ref) => {
    expect(trustOf(name)).toEqual({
      Effect: "Allow",
      Principal: { Federated: expect.stringMatching(/^\$\{aws_iam_openid_connect_provider\.github\.arn\}$/) },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [claim("aud")]: "sts.amazonaws.com",
          [claim("sub")]: subjects,
          ...(ref && { [claim("ref")]: ref }),
        },
      },
    });
  });

  it("uses an existing provider, another branch and a subject with ids", () => {
    const oidcProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
    const stack = resolvedStack(
      bootstrapWith("existing", { ...OPTIONS, oidcProviderArn, branch: "release", repository: "example@12/ivr@34" }),
    );
    expect(stack.resource).not.toHaveProperty("aws_iam_openid_connect_provider");
    expect(trustOf("refresh", stack)).toMatchObject({
      Principal: { Federated: oidcProviderArn },
      Condition: { StringEquals: { [claim("sub")]: ["repo:example@12/ivr@34:ref:refs/heads/release"] } },
    });
    expect(trustOf("deploy", stack).Condition.StringEquals[claim("ref")]).toBe("refs/heads/release");
  });

  it("uses an existing permissions boundary", () => {
    const permissionsBoundary = "arn:aws:iam::804729163550:policy/boundary";
    const stack = resolvedStack(bootstrapWith("boundary", { ...OPTIONS, permissionsBoundary }));
    const names = Object.values(stack.resource.aws_iam_policy ?? {}).map(({ name }) => name);
    expect(names).not.toContain("ivr-ci-boundary");
    expect(JSON.stringify(statementsOf("deploy", stack))).toContain(
      `"iam:PermissionsBoundary":"${permissionsBoundary}"`,
    );
    expect(stack.output.ivr_config?.value).toContain(`permissionsBoundary: "${permissionsBoundary}"`);
  });
});

describe("the state's bucket", () => {
  it("keeps versions, is encrypted and private, accepts only TLS, and is never destroyed", () => {
    expect(only(bootstrap, "aws_s3_bucket")).toMatchObject({ bucket: BUCKET, lifecycle: { prevent_destroy: true } });
    expect(only(bootstrap, "aws_s3_bucket_versioning")).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
    expect(JSON.stringify(only(bootstrap, "aws_s3_bucket_server_side_encryption_configuration"))).toContain("AES256");
    expect(only(bootstrap, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    const arn = expect.stringMatching(/^\$\{aws_s3_bucket\.[\w-]+\.arn\}(\/\*)?$/);
    expect(statementsIn(only(bootstrap, "aws_s3_bucket_policy").policy)).toEqual([
      {
        Sid: "OnlyTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, arn],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("can contain the state of these resources, with a lock and without DynamoDB", () => {
    const stack = resolvedStack(bootstrapWith("in-bucket", { ...OPTIONS, stateInBucket: true }));
    expect(stack.terraform.backend).toEqual({
      s3: { bucket: BUCKET, key: "bootstrap.tfstate", region: "us-east-1", encrypt: true, use_lockfile: true },
    });
    expect(bootstrap.terraform.backend).toEqual({
      local: { path: expect.stringMatching(new RegExp(`/terraform\\.secure-ivr-bootstrap-${BUCKET}\\.tfstate$`)) },
    });
    expect(bootstrap.terraform.required_version).toBe(">= 1.11");
  });
});

it("outputs the settings of the configuration and of the workflows", () => {
  const config = String(bootstrap.output.ivr_config?.value);
  expect(config.split("\n")).toEqual([
    `backend: { bucket: "${BUCKET}", region: "us-east-1" },`,
    expect.stringMatching(/^deployers: \["\$\{aws_iam_role\.deploy[^"]*", "\$\{aws_iam_role\.refresh[^"]*"\],$/),
    expect.stringMatching(/^permissionsBoundary: "\$\{aws_iam_policy\.boundary\.arn\}",$/),
  ]);
  const stages = JSON.parse(String(bootstrap.output.ivr_stages?.value));
  expect(stages).toEqual(
    ["development", "production"].map((environment) => ({
      environment,
      region: "us-east-1",
      planRole: expect.stringContaining("aws_iam_role.plan-role"),
      refreshRole: expect.stringContaining("aws_iam_role.refresh-role"),
      deployRole: expect.stringContaining("aws_iam_role.deploy-role"),
    })),
  );
});
