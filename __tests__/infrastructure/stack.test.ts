import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { packageFunction } from "../../infrastructure/function/function-package";
import { synthesize } from "../../infrastructure/synthesize";
import { digits, type IvrConfig, parseSettings } from "../../settings/settings";
import { smallKeyPair } from "../support/key-pairs";
import {
  filesBelow,
  isInstalled,
  PROJECT_DIR,
  readJson,
  runCommand,
  temporaryFolder,
  terraform,
} from "../support/project";
import { keyPairSetting, only, readStack, type Synthesized, synthesizeWith } from "../support/stack";

const QUEUE_ID = "1f5e58e8-0000-4000-8000-000000000001";
const INSTANCE_ID = "1f5e58e8-0000-4000-8000-000000000000";
const SYNTHESIZED_FILES = [
  "manifest.json",
  expect.stringMatching(/^stacks\/secure-ivr-dev\/assets\/[\w-]+\/[0-9a-f]{64}\/function\.zip$/),
  "stacks/secure-ivr-dev/cdk.tf.json",
];

const folder = temporaryFolder();
const synthesized = async (config: IvrConfig) => readStack(await synthesizeWith(folder, pair, config));
let pair: KeyPair;
let stackDir: string;
let stack: Synthesized;
/** many settings that differ from the defaults, and a private key that is not in a file */
let configured: Synthesized;
let moduleStack: Synthesized;
/** two key pairs; the flow encrypts with the first */
let twoKeyPairs: Synthesized;
/** the same key pairs, without `encryptWith` */
let twoKeyPairsByDefault: Synthesized;
beforeAll(async () => {
  pair = await smallKeyPair();
  const first = keyPairSetting(folder, "first", pair);
  const keyPairs = [first, keyPairSetting(folder, "next", await smallKeyPair())];
  stackDir = await synthesizeWith(folder, pair, { region: "eu-west-2", tags: { CostCenter: "42" } });
  stack = readStack(stackDir);
  configured = await synthesized({
    stage: "prod",
    instance: { id: INSTANCE_ID },
    keyPairs: [{ name: "primary", certificateFile: first.certificateFile }],
    fields: ["cardNumber", digits("pin", { min: 4, max: 6, prompt: "PIN?", check: "luhn" })],
    allowedBrands: ["jcb"],
    timeZone: "Asia/Tokyo",
    phoneNumber: { countryCode: "US", type: "DID", prefix: "+1206" },
    backend: { bucket: "state" },
  });
  moduleStack = await synthesized({ flowKind: "module", onFailure: { queueId: QUEUE_ID } });
  twoKeyPairs = await synthesized({ keyPairs, encryptWith: "first" });
  twoKeyPairsByDefault = await synthesized({ keyPairs });
}, 60_000);

interface Statement {
  Sid?: string;
  Action: string | string[];
  Principal?: unknown;
  Resource: string | string[];
  Condition?: unknown;
}
const statements = (policy: unknown): Statement[] => JSON.parse(String(policy)).Statement;

it("has the resources of AWS's blog post and of the monitoring, and no others", () => {
  expect(Object.entries(stack.resource).map(([type, all]) => [type, Object.keys(all).length])).toEqual([
    ["aws_cloudcontrolapi_resource", 1],
    ["aws_cloudwatch_dashboard", 1],
    ["aws_cloudwatch_log_group", 1],
    ["aws_cloudwatch_metric_alarm", 6],
    ["aws_connect_contact_flow", 1],
    ["aws_connect_lambda_function_association", 1],
    ["aws_iam_role", 2],
    ["aws_iam_role_policy", 2],
    ["aws_kms_alias", 2],
    ["aws_kms_key", 2],
    ["aws_lambda_function", 1],
    ["aws_lambda_permission", 1],
    ["aws_scheduler_schedule", 4],
    ["aws_scheduler_schedule_group", 1],
    ["aws_sns_topic", 1],
    ["aws_sns_topic_policy", 1],
    ["aws_ssm_parameter", 1],
    ["terraform_data", 1],
  ]);
  expect(stack.provider.aws[0]).toMatchObject({
    region: "eu-west-2",
    default_tags: [{ tags: { Project: "connect-secure-ivr", Stage: "dev", CostCenter: "42" } }],
  });
  expect(stack.terraform.required_version).toBe(">= 1.11");
});

it("encrypts the parameter and the logs with a KMS key that rotates and has its own policy", () => {
  const key = only(stack, "aws_kms_key", "encryption-key");
  expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  // permissions.test.ts tests what each statement allows
  expect(statements(key.policy).map(({ Sid }) => Sid)).toEqual([
    "AccountAdministers",
    "FunctionDecryptsParameters",
    "DeployersWriteAndReadBack",
    "DeployersLetLambdaDecryptTheEnvironment",
    "LogsOfTheFunctionAlone",
  ]);
  expect(statements(key.policy).at(-1)).toMatchObject({
    Principal: { Service: "logs.eu-west-2.amazonaws.com" },
    Condition: {
      ArnEquals: {
        "kms:EncryptionContext:aws:logs:arn": expect.stringMatching(
          /^arn:\$\{.*\}:logs:eu-west-2:\$\{.*\}:log-group:\/aws\/lambda\/secure-ivr-dev-decrypt-customer-input$/,
        ),
      },
    },
  });
  const keyArn = expect.stringMatching(/^\$\{aws_kms_key\.[\w-]+\.arn\}$/);
  expect(only(stack, "aws_ssm_parameter").key_id).toEqual(keyArn);
  expect(only(stack, "aws_cloudwatch_log_group")).toMatchObject({ kms_key_id: keyArn, retention_in_days: 365 });
  expect(only(stack, "aws_kms_alias", "encryption-key").name).toBe("alias/secure-ivr-dev");
});

it("uploads the public key, and stores the private key under the id that Connect assigns", () => {
  const securityKey = only(stack, "aws_cloudcontrolapi_resource");
  expect(securityKey.type_name).toBe("AWS::Connect::SecurityKey");
  expect(JSON.parse(String(securityKey.desired_state))).toEqual({
    InstanceId: expect.stringMatching(/^\$\{data\.aws_connect_instance\.[\w-]+\.arn\}$/),
    Key: pair.publicKey,
  });
  expect(only(stack, "aws_ssm_parameter")).toMatchObject({
    name: expect.stringMatching(
      /^\/CONNECT_INPUT_DECRYPTION_KEY\/\$\{jsondecode\(aws_cloudcontrolapi_resource\.[\w-]+\.properties\)\.AssociationId\}$/,
    ),
    type: "SecureString",
    tier: "Standard",
    value_wo: expect.stringMatching(
      /^\$\{terraform\.applying \? file\("[./\w-]+private-key\.pem"\) : "known while applying"\}$/,
    ),
  });
  expect(only(stack, "aws_ssm_parameter")).not.toHaveProperty("value");
});

it("allows the function to read these parameters with this KMS key, and to write these logs", () => {
  const policy = statements(only(stack, "aws_iam_role_policy", "decrypt-function").policy);
  const parameterArn = expect.stringMatching(/^\$\{aws_ssm_parameter\.[\w-]+\.arn\}$/);
  expect(policy).toEqual([
    { Effect: "Allow", Sid: "ReadPrivateKeys", Action: "ssm:GetParameter", Resource: [parameterArn] },
    {
      Effect: "Allow",
      Sid: "DecryptPrivateKeys",
      Action: "kms:Decrypt",
      Resource: expect.stringMatching(/^\$\{aws_kms_key\.[\w-]+\.arn\}$/),
      Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": [parameterArn] } },
    },
    {
      Effect: "Allow",
      Sid: "WriteOwnLogs",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:\*$/),
    },
  ]);
});

it("deploys the function with its runtime, limits and environment", () => {
  const lambda = only(stack, "aws_lambda_function");
  expect(lambda).toMatchObject({
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memory_size: 512,
    timeout: 7,
    kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\.encryption-key[\w-]*\.arn\}$/),
    handler: "index.handler",
    logging_config: { log_format: "JSON" },
    // without its permissions, the first invocation would fail
    depends_on: [expect.stringMatching(/^aws_iam_role_policy\./)],
    environment: {
      variables: {
        DECRYPTION_KEY_PARAMETER_PREFIX: "/CONNECT_INPUT_DECRYPTION_KEY/",
        SECRET_CACHE_SECONDS: "300",
        STAGE: "dev",
      },
    },
  });
  const zip = readFileSync(join(stackDir, String(lambda.filename)));
  expect(lambda.source_code_hash).toBe(createHash("sha256").update(zip).digest("base64"));
});

it("allows this Connect instance to invoke the function, and publishes the flow after that", () => {
  expect(only(stack, "aws_lambda_permission")).toMatchObject({
    action: "lambda:InvokeFunction",
    principal: "connect.amazonaws.com",
    source_arn: expect.stringMatching(/aws_connect_instance\.[\w-]+\.arn/),
    source_account: expect.stringMatching(/aws_caller_identity\.[\w-]+\.account_id/),
  });
  expect(only(stack, "aws_connect_lambda_function_association").depends_on).toEqual([
    expect.stringMatching(/^aws_lambda_permission\./),
  ]);
  const flow = only(stack, "aws_connect_contact_flow");
  expect(flow.depends_on).toEqual([
    expect.stringMatching(/^aws_lambda_permission\./),
    expect.stringMatching(/^aws_connect_lambda_function_association\./),
    expect.stringMatching(/^aws_ssm_parameter\./),
  ]);
  const { Actions } = JSON.parse(String(flow.content));
  const parametersOf = (name: string) =>
    Actions.find(({ Identifier }: { Identifier: string }) => Identifier === name).Parameters;
  expect(parametersOf("cardNumber-input").InputEncryption).toEqual({
    EncryptionKeyId: expect.stringContaining("AssociationId"),
    Key: pair.certificate,
  });
  for (const step of ["cardNumber-check", "submit"]) {
    expect(parametersOf(step).LambdaFunctionARN).toMatch(/^\$\{aws_lambda_function\.[\w-]+\.arn\}$/);
  }
});

it("passes the fields and the time zone of expiry dates to the function", () => {
  const { variables } = only(configured, "aws_lambda_function").environment as { variables: Record<string, string> };
  expect(variables.TIME_ZONE).toBe("Asia/Tokyo");
  expect(JSON.parse(String(variables.FIELDS))).toEqual([
    { kind: "cardNumber", name: "cardNumber", max: 19, allowedBrands: ["jcb"] },
    { kind: "digits", name: "pin", min: 4, max: 6, check: "luhn" },
  ]);
});

it("publishes a module instead of a flow, which transfers failed calls to the instance's queue", () => {
  expect(moduleStack.resource.aws_connect_contact_flow).toBeUndefined();
  const content = String(only(moduleStack, "aws_connect_contact_flow_module").content);
  expect(JSON.parse(content).Settings.Transitions).toHaveLength(2);
  expect(content).toMatch(
    new RegExp(`"QueueId":"\\$\\{data\\.aws_connect_instance\\.instance\\.arn\\}/queue/${QUEUE_ID}"`),
  );
  expect(Object.keys(moduleStack.output)).toContain("contact_flow_module_id");
});

it("has outputs that describe the deployment", () => {
  expect(Object.keys(stack.output).sort()).toEqual([
    "alarm_topic_arn",
    "certificate_expiry_dates",
    "contact_flow_id",
    "encrypt_with",
    "encryption_key_arn",
    "function_arn",
    "function_name",
    "instance_id",
    "key_ids",
    "parameter_names",
  ]);
  expect(stack.output.certificate_expiry_dates?.value).toEqual({
    primary: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
  });
});

it("claims a configured phone number and associates it with the flow", () => {
  expect(only(configured, "aws_connect_phone_number")).toMatchObject({
    country_code: "US",
    type: "DID",
    prefix: "+1206",
  });
  expect(only(configured, "aws_connect_phone_number_contact_flow_association")).toMatchObject({
    contact_flow_id: expect.stringMatching(/aws_connect_contact_flow\.[\w-]+\.contact_flow_id/),
  });
  expect(configured.output).toHaveProperty("phone_number");
});

it("finds the instance by alias or by id", () => {
  const instanceOf = ({ data }: Synthesized) => Object.values(data.aws_connect_instance ?? {})[0];
  expect(instanceOf(stack)).toMatchObject({ instance_alias: "my-contact-center" });
  expect(instanceOf(configured)).toMatchObject({ instance_id: INSTANCE_ID });
});

it("stores its state in a bucket if one is configured", () => {
  expect(configured.terraform.backend).toEqual({
    s3: {
      bucket: "state",
      key: "connect-secure-ivr/prod/us-east-1.tfstate",
      region: "us-east-1",
      use_lockfile: true,
    },
  });
});

it("deploys two key pairs; the flow encrypts with the configured one, by default the last", () => {
  const flowContent = (of: Synthesized) => String(only(of, "aws_connect_contact_flow").content);
  expect(Object.keys(twoKeyPairs.resource.aws_ssm_parameter ?? {})).toHaveLength(2);
  const [read] = statements(only(twoKeyPairs, "aws_iam_role_policy", "decrypt-function").policy);
  expect(read?.Resource).toHaveLength(2);
  expect(flowContent(twoKeyPairs)).toContain("key-pair-first");
  expect(flowContent(twoKeyPairs)).not.toContain("key-pair-next");
  expect(Object.keys(twoKeyPairs.output.key_ids?.value as object)).toEqual(["first", "next"]);
  expect(flowContent(twoKeyPairsByDefault)).not.toContain("key-pair-first");
  expect([twoKeyPairs, twoKeyPairsByDefault].map(({ output }) => output.encrypt_with?.value)).toEqual([
    "first",
    "next",
  ]);
  // without it, an apply that fails before it updates the flow would change the output
  expect(twoKeyPairs.output.encrypt_with).toMatchObject({
    depends_on: [`aws_connect_contact_flow.${Object.keys(twoKeyPairs.resource.aws_connect_contact_flow ?? {})[0]}`],
  });
});

it("is the same in another folder, and contains no path of this machine", async () => {
  const synthesizeIn = async (projectDir: string) => {
    const outdir = join(projectDir, "cdktf.out");
    writeKeyPair(join(projectDir, "keys/primary"), pair);
    const keyPairs = [{ name: "primary", files: keyPairFiles(join(projectDir, "keys/primary")) }];
    const settings = { ...parseSettings({}, "the test's configuration"), keyPairs };
    const functionPackage = await packageFunction(PROJECT_DIR);
    await synthesize({ settings, projectDir, outdir, environment: {}, functionPackage });
    return Object.fromEntries(filesBelow(outdir).map((file) => [relative(outdir, file), readFileSync(file, "latin1")]));
  };
  const here = await synthesizeIn(join(folder, "here"));
  const there = await synthesizeIn(join(folder, "somewhere/else"));
  expect(Object.keys(here).sort()).toEqual(SYNTHESIZED_FILES);
  expect(Object.keys(there)).toEqual(Object.keys(here));
  expect(Object.keys(here).filter((name) => there[name] !== here[name])).toEqual([]);
  for (const place of [folder, PROJECT_DIR, homedir()]) {
    expect(Object.keys(here).filter((name) => here[name]?.includes(place))).toEqual([]);
  }
});

it("prints one sentence for an error, and writes nothing", () => {
  const outdir = join(folder, "nothing");
  const config = join(folder, "missing.json");
  writeFileSync(config, JSON.stringify({ keyPairs: ["nowhere"] }));
  const { code, stdout, stderr } = runApp({ env: { CDKTF_OUTDIR: outdir, IVR_CONFIG: config } });
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    'keys/nowhere/certificate.pem does not exist: create the key pair with "npm run ivr -- keys create nowhere", or name another one in the configuration.\n',
  );
  expect(existsSync(outdir)).toBe(false);
});

it("reports which settings make a flow too large", async () => {
  const fields = Array.from({ length: 20 }, (_, index) => digits(`pin${index}`, { min: 4, max: 4, prompt: "PIN?" }));
  await expect(synthesizeWith(folder, pair, { fields })).rejects.toThrow(
    /^The configuration produces a flow that has 2\d\d actions, more than Amazon Connect accepts: configure fewer fields,/,
  );
});

// Without a provider, Terraform can still evaluate the expressions of the private key's parameter.
const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("the private key's expressions in real Terraform", () => {
  let number = 0;
  /** A configuration with only the expressions of one parameter; constants replace their references. */
  function configure(of: Synthesized, { part = "", keyArn = "arn:aws:kms:…" } = {}): string {
    const parameter = only(of, "aws_ssm_parameter", part);
    const withoutReferences = (expression: unknown) =>
      String(expression)
        .replaceAll(/jsondecode\(aws_cloudcontrolapi_resource[^)]*\)\.AssociationId/g, '"the-key-id"')
        .replaceAll(/aws_kms_key[\w.-]*/g, JSON.stringify(keyArn));
    // as deep as a stack's folder, because the key file's name is relative to it
    const dir = join(folder, `terraform-${number++}`, "cdktf.out", "stacks", "stack");
    mkdirSync(dir, { recursive: true });
    const config = {
      ...(of.variable ? { variable: of.variable } : {}),
      locals: { value: withoutReferences(parameter.value_wo) },
      output: { version: { value: withoutReferences(parameter.value_wo_version) } },
    };
    writeFileSync(join(dir, "main.tf.json"), JSON.stringify(config));
    return dir;
  }
  const apply = (dir: string, env?: Record<string, string>) => terraform(dir, ["apply", "-auto-approve"], env);
  /** Writes the private key to the file that the configuration names, relative to the folder that Terraform runs in. */
  function writePrivateKey(dir: string): void {
    const name = /file\("([^"]*)"\)/.exec(readFileSync(join(dir, "main.tf.json"), "utf8").replaceAll("\\", ""))?.[1];
    const file = join(dir, String(name));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pair.privateKey);
  }

  it("needs the key file only for an apply, and does not store it", () => {
    const dir = configure(stack);
    expect(terraform(dir, ["plan"]).code).toBe(0);
    const { code, stderr } = apply(dir);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(/private-key\.pem/);
    writePrivateKey(dir);
    expect(apply(dir).code).toBe(0);
    const states = filesBelow(dir).filter((name) => name.includes("tfstate"));
    expect(states.length).toBeGreaterThan(0);
    for (const file of states) expect(readFileSync(file, "utf8").includes("PRIVATE KEY")).toBe(false);
  });

  it("needs the variable of a key pair without a private key file only for an apply, and names it", () => {
    expect(configured.variable).toEqual({
      private_key_primary: expect.objectContaining({ ephemeral: true, sensitive: true, type: "string", default: "" }),
    });
    const dir = configure(configured);
    expect(terraform(dir, ["plan"]).code).toBe(0);
    const { code, stderr } = apply(dir);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "Set TF_VAR_private_key_primary to the private key (PEM) of the key pair primary",
    );
    expect(apply(dir, { TF_VAR_private_key_primary: pair.privateKey }).code).toBe(0);
    expect(filesBelow(dir).some((file) => readFileSync(file, "utf8").includes("BEGIN PRIVATE KEY"))).toBe(false);
  });

  it("has another version for another KMS key, key pair or name, and the same for other tags", async () => {
    const versionOf = (of: Synthesized, options?: Parameters<typeof configure>[1]): number => {
      const dir = configure(of, options);
      writePrivateKey(dir);
      expect(apply(dir).code).toBe(0);
      return readJson(join(dir, "terraform.tfstate")).outputs.version.value;
    };
    const version = versionOf(stack);
    expect(Number.isInteger(version)).toBe(true);
    expect(moduleStack.provider).not.toEqual(stack.provider);
    expect(versionOf(moduleStack)).toBe(version);
    expect(versionOf(stack, { keyArn: "arn:aws:kms:other" })).not.toBe(version);
    const otherPair = readStack(await synthesizeWith(folder, await smallKeyPair()));
    expect(versionOf(otherPair)).not.toBe(version);
    // the same pair: the name is a part of the parameter's description
    expect(versionOf(twoKeyPairs, { part: "key-pair-first" })).not.toBe(version);
  });
});

/** Runs the app as the cdktf command does. */
function runApp(options: Parameters<typeof runCommand>[2]) {
  const [command = "", ...args] = readJson(join(PROJECT_DIR, "cdktf.json")).app.split(" ");
  return runCommand(command, args, options);
}
