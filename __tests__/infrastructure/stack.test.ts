import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { digits } from "../../settings/settings";
import { smallKeyPair } from "../support/key-pairs";
import {
  copyOfProject,
  filesBelow,
  isInstalled,
  PROJECT_DIR,
  readJson,
  runCommand,
  temporaryFolder,
} from "../support/project";
import { only, readStack, type Synthesized, synthesizeWith } from "../support/stack";

const folder = temporaryFolder();
let pair: KeyPair;
let stackDir: string;
let stack: Synthesized;
beforeAll(async () => {
  pair = await smallKeyPair();
  stackDir = await synthesizeWith(folder, pair, { region: "eu-west-1", tags: { CostCenter: "42" } });
  stack = readStack(stackDir);
}, 60_000);

interface Statement {
  Sid?: string;
  Action: string | string[];
  Principal?: unknown;
  Resource: string | string[];
  Condition?: unknown;
}
const statements = (policy: unknown): Statement[] => JSON.parse(String(policy)).Statement;

it("has the resources of the walk-through, those that watch it, and nothing else", () => {
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
  ]);
  expect(stack.provider.aws[0]).toMatchObject({
    region: "eu-west-1",
    default_tags: [{ tags: { Project: "connect-secure-ivr", Stage: "dev", CostCenter: "42" } }],
  });
  expect(stack.terraform.required_version).toBe(">= 1.11");
});

it("has a rotated KMS key whose policy is written out, for parameter and logs", () => {
  const key = only(stack, "aws_kms_key", "encryption-key");
  expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  // what each of these allows, and what not, is in permissions.test.ts
  expect(statements(key.policy).map(({ Sid }) => Sid)).toEqual([
    "AccountAdministers",
    "FunctionDecryptsParameters",
    "DeployersWriteAndReadBack",
    "DeployersLetLambdaDecryptTheEnvironment",
    "LogsOfTheFunctionAlone",
  ]);
  expect(statements(key.policy).at(-1)).toMatchObject({
    Principal: { Service: "logs.eu-west-1.amazonaws.com" },
    Condition: {
      ArnEquals: {
        "kms:EncryptionContext:aws:logs:arn": expect.stringMatching(
          /^arn:\$\{.*\}:logs:eu-west-1:\$\{.*\}:log-group:\/aws\/lambda\/secure-ivr-dev-decrypt-customer-input$/,
        ),
      },
    },
  });
  const keyArn = expect.stringMatching(/^\$\{aws_kms_key\.[\w-]+\.arn\}$/);
  expect(only(stack, "aws_ssm_parameter").key_id).toEqual(keyArn);
  expect(only(stack, "aws_cloudwatch_log_group")).toMatchObject({ kms_key_id: keyArn, retention_in_days: 365 });
  expect(only(stack, "aws_kms_alias", "encryption-key").name).toBe("alias/secure-ivr-dev");
});

it("uploads the public key, and keeps the private key under the id that Connect gave it", () => {
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

it("lets the function read these parameters, with this key, and write these logs", () => {
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

it("deploys the function for its runtime, with its limits and its environment", () => {
  const lambda = only(stack, "aws_lambda_function");
  expect(lambda).toMatchObject({
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memory_size: 512,
    timeout: 7,
    kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\.encryption-key[\w-]*\.arn\}$/),
    handler: "index.handler",
    logging_config: { log_format: "JSON" },
    // without its rights the first invocation would fail
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

it("lets this Connect instance call it, and publishes the flow only then", () => {
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

it("tells the function what is captured, and by which calendar cards expire", async () => {
  const configured = readStack(
    await synthesizeWith(folder, pair, {
      fields: ["cardNumber", digits("pin", { min: 4, max: 6, prompt: "PIN?", check: "luhn" })],
      allowedBrands: ["jcb"],
      timeZone: "Asia/Tokyo",
    }),
  );
  const { variables } = only(configured, "aws_lambda_function").environment as { variables: Record<string, string> };
  expect(variables.TIME_ZONE).toBe("Asia/Tokyo");
  expect(JSON.parse(String(variables.FIELDS))).toEqual([
    { kind: "cardNumber", name: "cardNumber", max: 19, allowedBrands: ["jcb"] },
    { kind: "digits", name: "pin", min: 4, max: 6, check: "luhn" },
  ]);
});

it("publishes a module in a flow's place, and sends who fails to the instance's queue", async () => {
  const queueId = "1f5e58e8-0000-4000-8000-000000000001";
  const configured = readStack(await synthesizeWith(folder, pair, { flowKind: "module", onFailure: { queueId } }));
  expect(configured.resource.aws_connect_contact_flow).toBeUndefined();
  const content = String(only(configured, "aws_connect_contact_flow_module").content);
  expect(JSON.parse(content).Settings.Transitions).toHaveLength(2);
  expect(content).toMatch(
    new RegExp(`"QueueId":"\\$\\{data\\.aws_connect_instance\\.instance\\.arn\\}/queue/${queueId}"`),
  );
  expect(Object.keys(configured.output)).toContain("contact_flow_module_id");
});

it("tells what was deployed", () => {
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

it("claims a number and leads it to the flow, where one is configured", async () => {
  const withNumber = readStack(
    await synthesizeWith(folder, pair, { phoneNumber: { countryCode: "US", type: "DID", prefix: "+1206" } }),
  );
  expect(only(withNumber, "aws_connect_phone_number")).toMatchObject({
    country_code: "US",
    type: "DID",
    prefix: "+1206",
  });
  expect(only(withNumber, "aws_connect_phone_number_contact_flow_association")).toMatchObject({
    contact_flow_id: expect.stringMatching(/aws_connect_contact_flow\.[\w-]+\.contact_flow_id/),
  });
  expect(withNumber.output).toHaveProperty("phone_number");
});

it("finds the instance by alias or by id", async () => {
  expect(Object.values(stack.data.aws_connect_instance ?? {})[0]).toMatchObject({
    instance_alias: "my-contact-center",
  });
  const id = "1f5e58e8-0000-4000-8000-000000000000";
  const byId = readStack(await synthesizeWith(folder, pair, { instance: { id } }));
  expect(Object.values(byId.data.aws_connect_instance ?? {})[0]).toMatchObject({ instance_id: id });
});

it("keeps its state in a bucket, where one is configured", async () => {
  const { terraform } = readStack(await synthesizeWith(folder, pair, { stage: "prod", backend: { bucket: "state" } }));
  expect(terraform.backend).toEqual({
    s3: {
      bucket: "state",
      key: "connect-secure-ivr/prod.tfstate",
      region: "us-east-1",
      encrypt: true,
      use_lockfile: true,
    },
  });
});

describe("two key pairs", () => {
  it("are both uploaded and readable; the flow encrypts under the last, or the one that is named", async () => {
    const next = await smallKeyPair();
    const keys = join(folder, "two");
    writeKeyPair(join(keys, "first"), pair);
    writeKeyPair(join(keys, "next"), next);
    const pairOf = (name: string) => {
      const { certificate, privateKey } = keyPairFiles(join(keys, name));
      return { name, certificateFile: certificate, privateKeyFile: privateKey };
    };
    const keyPairs = [pairOf("first"), pairOf("next")];
    const both = readStack(await synthesizeWith(folder, pair, { keyPairs, encryptWith: "first" }));
    expect(Object.keys(both.resource.aws_ssm_parameter ?? {})).toHaveLength(2);
    const [read] = statements(only(both, "aws_iam_role_policy", "decrypt-function").policy);
    expect(read?.Resource).toHaveLength(2);
    expect(String(only(both, "aws_connect_contact_flow").content)).toContain("key-pair-first");
    expect(String(only(both, "aws_connect_contact_flow").content)).not.toContain("key-pair-next");
    expect(Object.keys(both.output.key_ids?.value as object)).toEqual(["first", "next"]);
    const byDefault = readStack(await synthesizeWith(folder, pair, { keyPairs }));
    expect(String(only(byDefault, "aws_connect_contact_flow").content)).not.toContain("key-pair-first");
    expect([both, byDefault].map(({ output }) => output.encrypt_with?.value)).toEqual(["first", "next"]);
    // else an apply that fails before the flow has moved over would tell that it has
    expect(both.output.encrypt_with).toMatchObject({
      depends_on: [`aws_connect_contact_flow.${Object.keys(both.resource.aws_connect_contact_flow ?? {})[0]}`],
    });
  });
});

it("is the same when it is synthesized again, here or elsewhere by the real cdktf command, and names no folder of the machine", () => {
  const quietly = (project: string) => expect(synth({ cwd: project })).toEqual({ code: 0, stdout: "", stderr: "" });
  const byCdktf = (project: string) => {
    const { code, stdout } = runCommand("npx", ["cdktf", "synth"], { cwd: project, env: { CI: "1" } });
    expect(stdout).toContain("Generated Terraform code for the stacks: secure-ivr-dev");
    expect(code).toBe(0);
  };
  const synthesized = (project: string, how = quietly) => {
    how(project);
    const outdir = join(project, "cdktf.out");
    return Object.fromEntries(filesBelow(outdir).map((file) => [relative(outdir, file), readFileSync(file, "latin1")]));
  };
  const [here, there] = ["here", "somewhere/else"].map((name) => {
    const project = copyOfProject(join(folder, name));
    writeKeyPair(join(project, "keys", "primary"), pair);
    return project;
  }) as [string, string];
  const first = synthesized(here);
  expect(Object.keys(first).sort()).toEqual([
    "manifest.json",
    expect.stringMatching(/^stacks\/secure-ivr-dev\/assets\/[\w-]+\/[0-9a-f]{64}\/function\.zip$/),
    "stacks/secure-ivr-dev/cdk.tf.json",
  ]);
  for (const again of [synthesized(here), synthesized(there, byCdktf)]) {
    expect(Object.keys(again).filter((name) => again[name] !== first[name])).toEqual([]);
  }
  for (const place of [folder, PROJECT_DIR, homedir()]) {
    expect(Object.keys(first).filter((name) => first[name]?.includes(place))).toEqual([]);
  }
});

/** As the cdktf command does it. */
function synth(options: Parameters<typeof runCommand>[2]) {
  const [command = "", ...args] = readJson(join(PROJECT_DIR, "cdktf.json")).app.split(" ");
  return runCommand(command, args, options);
}

it("says in one sentence what is wrong, and writes nothing", () => {
  const outdir = join(folder, "nothing");
  const missing = join(folder, "missing.json");
  writeFileSync(missing, JSON.stringify({ keyPairs: ["nowhere"] }));
  const { code, stdout, stderr } = synth({
    env: { CDKTF_OUTDIR: outdir, IVR_CONFIG: missing },
  });
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    'keys/nowhere/certificate.pem does not exist: create the key pair with "npm run ivr -- keys create nowhere", or name another one in the configuration.\n',
  );
  expect(existsSync(outdir)).toBe(false);
});

it("says of a flow that is too large what to configure less of", async () => {
  const fields = Array.from({ length: 20 }, (_, index) => digits(`pin${index}`, { min: 4, max: 4, prompt: "PIN?" }));
  await expect(synthesizeWith(folder, pair, { fields })).rejects.toThrow(
    /^The configuration makes a flow that has 2\d\d actions, which is more than Connect takes: configure fewer fields,/,
  );
});

// The AWS provider cannot be had everywhere; Terraform's own part in the private key's way needs none.
const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("what real Terraform makes of the private key's expressions", () => {
  /** A configuration of the parameter's expressions alone, their references replaced. */
  function configure(name: string, synthesized: Synthesized, keyArn = "arn:aws:kms:…"): string {
    const parameter = only(synthesized, "aws_ssm_parameter");
    const plain = (expression: unknown) =>
      String(expression)
        .replaceAll(/jsondecode\(aws_cloudcontrolapi_resource[^)]*\)\.AssociationId/g, '"the-key-id"')
        .replaceAll(/aws_kms_key[\w.-]*/g, JSON.stringify(keyArn));
    // as deep as a stack's folder, which the key file's name starts from
    const dir = join(folder, `terraform-${name}`, "cdktf.out", "stacks", "stack");
    mkdirSync(dir, { recursive: true });
    const config = {
      ...(synthesized.variable ? { variable: synthesized.variable } : {}),
      locals: { value: plain(parameter.value_wo) },
      output: { version: { value: plain(parameter.value_wo_version) } },
    };
    writeFileSync(join(dir, "main.tf.json"), JSON.stringify(config));
    return dir;
  }
  const terraform = (cwd: string, args: string[], env: Record<string, string> = {}) =>
    runCommand("terraform", [...args, "-no-color"], {
      cwd,
      env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...env },
    });
  const versionOf = (dir: string) => {
    expect(terraform(dir, ["apply", "-auto-approve"]).code).toBe(0);
    return JSON.parse(terraform(dir, ["output", "-json"]).stdout).version.value as number;
  };
  // Terraform looks for the key file from the folder it runs in, as it would from the stack's.
  const keyBeside = (dir: string) => {
    const file = /file\("([^"]*)"\)/.exec(readFileSync(join(dir, "main.tf.json"), "utf8").replaceAll("\\", ""))?.[1];
    return join(dir, String(file));
  };

  it("plans without the key file, and needs it to apply", () => {
    const dir = configure("file", stack);
    expect(terraform(dir, ["plan"]).code).toBe(0);
    const { code, stderr } = terraform(dir, ["apply", "-auto-approve"]);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(/private-key\.pem/);
    mkdirSync(join(keyBeside(dir), ".."), { recursive: true });
    writeFileSync(keyBeside(dir), pair.privateKey);
    expect(terraform(dir, ["apply", "-auto-approve"]).code).toBe(0);
    for (const file of filesBelow(dir).filter((name) => name.includes("tfstate"))) {
      expect(readFileSync(file, "utf8").includes("PRIVATE KEY")).toBe(false);
    }
  });

  it("takes the variable in place of a file, and asks for it by name", async () => {
    const keys = join(folder, "for-variable");
    writeKeyPair(keys, pair);
    const keyPairs = [{ name: "primary", certificateFile: keyPairFiles(keys).certificate }];
    const synthesized = readStack(await synthesizeWith(folder, pair, { keyPairs }));
    expect(synthesized.variable).toEqual({
      private_key_primary: expect.objectContaining({ ephemeral: true, sensitive: true, type: "string", default: "" }),
    });
    const dir = configure("variable", synthesized);
    expect(terraform(dir, ["plan"]).code).toBe(0);
    const { code, stderr } = terraform(dir, ["apply", "-auto-approve"]);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "Set TF_VAR_private_key_primary to the private key (PEM) of the key pair primary",
    );
    expect(terraform(dir, ["apply", "-auto-approve"], { TF_VAR_private_key_primary: pair.privateKey }).code).toBe(0);
    expect(filesBelow(dir).some((file) => readFileSync(file, "utf8").includes("BEGIN PRIVATE KEY"))).toBe(false);
  });

  it("changes the version with the KMS key, the key pair and its name, and not with tags", async () => {
    const apply = async (name: string, synthesized: Synthesized, keyArn?: string) => {
      const dir = configure(name, synthesized, keyArn);
      mkdirSync(join(keyBeside(dir), ".."), { recursive: true });
      writeFileSync(keyBeside(dir), pair.privateKey);
      return versionOf(dir);
    };
    const otherFiles = keyPairFiles(join(folder, "renamed"));
    writeKeyPair(join(folder, "renamed"), pair);
    const version = await apply("version", stack);
    expect(Number.isInteger(version)).toBe(true);
    const tagged = readStack(await synthesizeWith(folder, pair, { tags: { Other: "tag" } }));
    expect(await apply("tagged", tagged)).toBe(version);
    expect(await apply("other-kms-key", stack, "arn:aws:kms:other")).not.toBe(version);
    const otherPair = readStack(await synthesizeWith(folder, await smallKeyPair()));
    expect(await apply("other-pair", otherPair)).not.toBe(version);
    // the name is a part of the parameter's description
    const keyPairs = [
      { name: "renamed", certificateFile: otherFiles.certificate, privateKeyFile: otherFiles.privateKey },
    ];
    expect(await apply("renamed", readStack(await synthesizeWith(folder, pair, { keyPairs })))).not.toBe(version);
  });
});
