import type { KeyPair } from "../../encryption/key-pair";
import { type IvrConfig, parseSettings } from "../../settings/settings";
import { ALL_OPTIONS } from "../support/all-options";
import { play } from "../support/calls";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import {
  changeFlow,
  keyPairSetting,
  only,
  readStack,
  type Synthesized,
  synthesizeWith,
  variantOf,
} from "../support/stack";

const folder = temporaryFolder();
let pair: KeyPair;
let without: Synthesized;
/** The fields have no influence on the options: one field is enough, and synthesizes faster. */
const synthesizeShort = (config: IvrConfig = {}) => synthesizeWith(folder, pair, { fields: ["cardNumber"], ...config });
beforeAll(async () => {
  pair = await smallKeyPair();
  without = readStack(await synthesizeShort());
}, 60_000);

/** Synthesizes a stack; its differences from the stack without options are lines such as "+ resource" and "resource: argument". */
async function changes(config: IvrConfig): Promise<{ stack: Synthesized; changed: string[] }> {
  const stack = readStack(await synthesizeShort(config));
  const resources = (of: Synthesized) =>
    new Map(
      Object.entries(of.resource).flatMap(([type, all]) =>
        Object.entries(all).map(([name, block]) => [`${type} ${name.replace(/_[0-9A-F]{8}$/, "")}`, block] as const),
      ),
    );
  const [before, after] = [resources(without), resources(stack)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!now) return [`- ${name}`];
    if (!old) return [`+ ${name}`];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
      .filter((argument) => JSON.stringify(old[argument]) !== JSON.stringify(now[argument]))
      .map((argument) => `${name}: ${argument}`);
  });
  return { stack, changed };
}
const sids = (stack: Synthesized) =>
  JSON.parse(String(only(stack, "aws_iam_role_policy", "decrypt-function").policy)).Statement.map(
    ({ Sid }: { Sid: string }) => Sid,
  );
const LAMBDA = "aws_lambda_function decrypt-function";
const POLICY = "aws_iam_role_policy decrypt-function_policy";

it("changes nothing if no option is turned on", async () => {
  expect((await changes({ function: { tracing: false } })).changed).toEqual([]);
});

it("tracing: X-Ray is active, and the role can send traces", async () => {
  const { stack, changed } = await changes({ function: { tracing: true } });
  expect(changed.sort()).toEqual([`${POLICY}: policy`, `${LAMBDA}: tracing_config`]);
  expect(only(stack, "aws_lambda_function").tracing_config).toEqual({ mode: "Active" });
  expect(sids(stack)).toEqual([...sids(without), "SendTraces"]);
});

it("reservedConcurrency: an argument of the function", async () => {
  const { stack, changed } = await changes({ function: { reservedConcurrency: 20 } });
  expect(changed).toEqual([`${LAMBDA}: reserved_concurrent_executions`]);
  expect(only(stack, "aws_lambda_function").reserved_concurrent_executions).toBe(20);
});

describe("provisionedConcurrency", () => {
  it("the flow invokes an alias of the published version, and Connect has permission for it", async () => {
    const { stack, changed } = await changes({ function: { provisionedConcurrency: 2 } });
    expect(changed.sort()).toEqual([
      "+ aws_lambda_alias decrypt-function_provisioned_alias",
      "+ aws_lambda_permission decrypt-function_provisioned_connect-may-invoke",
      "+ aws_lambda_provisioned_concurrency_config decrypt-function_provisioned_concurrency",
      "aws_connect_contact_flow capture_flow: content",
      "aws_connect_contact_flow capture_flow: depends_on",
      `${LAMBDA}: publish`,
    ]);
    expect(only(stack, "aws_lambda_function").publish).toBe(true);
    const alias = only(stack, "aws_lambda_alias");
    expect(alias).toMatchObject({
      name: "live",
      function_version: expect.stringMatching(/^\$\{aws_lambda_function\.[\w-]+\.version\}$/),
      // when the option is turned off, Terraform then updates the flow before it deletes the alias
      lifecycle: { create_before_destroy: true },
    });
    const ofAlias = (attribute: string) =>
      expect.stringMatching(new RegExp(`^\\$\\{aws_lambda_alias\\.[\\w-]+\\.${attribute}\\}$`));
    expect(only(stack, "aws_lambda_provisioned_concurrency_config")).toMatchObject({
      function_name: ofAlias("function_name"),
      qualifier: ofAlias("name"),
      provisioned_concurrent_executions: 2,
    });
    // the function's permission, except for its id, the alias and the lifecycle
    const { "//": _, ...permission } = only(stack, "aws_lambda_permission", "decrypt-function_provisioned");
    const { "//": __, ...ofFunction } = only(without, "aws_lambda_permission");
    expect(permission).toEqual({
      ...ofFunction,
      statement_id: expect.stringMatching(/^AmazonConnect-\$\{data\.aws_connect_instance\.instance\.id\}$/),
      qualifier: ofAlias("name"),
      lifecycle: { create_before_destroy: true },
    });
    const { Actions } = JSON.parse(String(only(stack, "aws_connect_contact_flow").content));
    const invoked = Actions.flatMap(({ Parameters }: { Parameters: { LambdaFunctionARN?: string } }) =>
      Parameters.LambdaFunctionARN ? [Parameters.LambdaFunctionARN] : [],
    );
    expect(invoked.length).toBeGreaterThan(0);
    expect(invoked).toEqual(invoked.map(() => ofAlias("arn")));
    expect(stack.output.function_arn?.value).toEqual(ofAlias("arn"));
  });

  it("publishes no version during a rotation: no step changes the function", async () => {
    const old = keyPairSetting(folder, "old", pair);
    const next = keyPairSetting(folder, "new", await smallKeyPair());
    const steps: IvrConfig[] = [
      { keyPairs: [old] },
      { keyPairs: [old, next], encryptWith: "old" },
      { keyPairs: [old, next], encryptWith: "new" },
      { keyPairs: [next] },
    ];
    const functions: string[] = [];
    for (const step of steps) {
      const stack = readStack(await synthesizeShort({ ...step, ...ALL_OPTIONS }));
      functions.push(
        JSON.stringify(["aws_lambda_function", "aws_lambda_alias", "aws_s3_object"].map((type) => only(stack, type))),
      );
    }
    expect(new Set(functions).size).toBe(1);
  });
});

it("codeSigning: AWS Signer signs the package in the bucket, and Lambda accepts no other package", async () => {
  const { stack, changed } = await changes({ function: { codeSigning: { bucket: "signed-packages" } } });
  expect(changed.sort()).toEqual([
    "+ aws_lambda_code_signing_config decrypt-function_signed-package_config",
    "+ aws_s3_object decrypt-function_signed-package_unsigned",
    "+ aws_signer_signing_job decrypt-function_signed-package_job",
    "+ aws_signer_signing_profile decrypt-function_signed-package_profile",
    `${LAMBDA}: code_signing_config_arn`,
    `${LAMBDA}: filename`,
    `${LAMBDA}: s3_bucket`,
    `${LAMBDA}: s3_key`,
    `${LAMBDA}: source_code_hash`,
  ]);
  const object = only(stack, "aws_s3_object");
  const hash = /\/([0-9a-f]{64})\.zip$/.exec(String(object.key))?.[1];
  expect(object).toMatchObject({ bucket: "signed-packages", source: only(without, "aws_lambda_function").filename });
  expect(Buffer.from(hash ?? "", "hex").toString("base64")).toBe(only(without, "aws_lambda_function").source_code_hash);
  const reference = (type: string, attribute: string) =>
    expect.stringMatching(new RegExp(`^\\$\\{${type}\\.[\\w-]+\\.${attribute}\\}$`));
  expect(only(stack, "aws_signer_signing_job")).toMatchObject({
    profile_name: reference("aws_signer_signing_profile", "name"),
    source: {
      s3: {
        bucket: "signed-packages",
        key: reference("aws_s3_object", "key"),
        version: reference("aws_s3_object", "version_id"),
      },
    },
    destination: { s3: { bucket: "signed-packages", prefix: "secure-ivr-dev/signed/" } },
  });
  expect(only(stack, "aws_signer_signing_profile")).toMatchObject({
    platform_id: "AWSLambda-SHA384-ECDSA",
    name_prefix: "secure_ivr_dev_",
  });
  expect(only(stack, "aws_lambda_code_signing_config")).toMatchObject({
    allowed_publishers: { signing_profile_version_arns: [reference("aws_signer_signing_profile", "version_arn")] },
    policies: { untrusted_artifact_on_deployment: "Enforce" },
  });
  expect(only(stack, "aws_lambda_function")).toMatchObject({
    s3_bucket: reference("aws_signer_signing_job", "signed_object\\[0\\]\\.s3\\[0\\]\\.bucket"),
    s3_key: reference("aws_signer_signing_job", "signed_object\\[0\\]\\.s3\\[0\\]\\.key"),
    code_signing_config_arn: reference("aws_lambda_code_signing_config", "arn"),
  });
});

it("vpc: subnets and security groups, and Lambda can connect the function to them", async () => {
  const { stack, changed } = await changes({ function: { vpc: ALL_OPTIONS.function.vpc } });
  expect(changed.sort()).toEqual([`${POLICY}: policy`, `${LAMBDA}: vpc_config`]);
  expect(only(stack, "aws_lambda_function").vpc_config).toEqual({
    subnet_ids: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
    security_group_ids: ["sg-0a1b2c3d"],
  });
  expect(sids(stack)).toEqual([...sids(without), "LambdaConnectsToVpc", "FunctionItselfDoesNot"]);
});

it("permissionsBoundary: an argument of every role", async () => {
  const { permissionsBoundary } = ALL_OPTIONS;
  const { stack, changed } = await changes({ permissionsBoundary });
  expect(changed.sort()).toEqual([
    "aws_iam_role decrypt-function_role: permissions_boundary",
    "aws_iam_role monitoring_expiry-reminders_role: permissions_boundary",
  ]);
  const roles = Object.values(stack.resource.aws_iam_role ?? {});
  expect(roles.map((role) => role.permissions_boundary)).toEqual(roles.map(() => permissionsBoundary));
});

describe("a call to a stack with all options", () => {
  const KEYS = "4242424242424242#";
  let stackDir: string;
  beforeAll(async () => {
    stackDir = await synthesizeShort(ALL_OPTIONS);
  });

  it("is accepted", async () => {
    const { outcome, logs } = await play(stackDir, KEYS);
    expect(outcome).toBe("accepted");
    expect(logs.length).toBeGreaterThan(0);
  });

  it("is not accepted if the permission is for another alias than the flow invokes", async () => {
    const other = variantOf(stackDir, (stack) => {
      only(stack, "aws_lambda_permission", "decrypt-function_provisioned").qualifier = "another";
    });
    expect((await play(other, KEYS)).outcome).toBe("unavailable");
  });

  it("is accepted if the flow invokes the function itself, as calls do that started before the option was turned on", async () => {
    const before = variantOf(stackDir, (stack) => {
      const [name] = Object.keys(stack.resource.aws_lambda_function ?? {});
      changeFlow(stack, ({ Actions }) => {
        for (const { Parameters } of Actions) {
          if (Parameters.LambdaFunctionARN) Parameters.LambdaFunctionARN = `\${aws_lambda_function.${name}.arn}`;
        }
      });
    });
    expect((await play(before, KEYS)).outcome).toBe("accepted");
  });
});

describe("the settings", () => {
  const VPC = ALL_OPTIONS.function.vpc;
  it.each<[string, object, string]>([
    ["tracing", { tracing: "on" }, "function.tracing: must be true or false"],
    [
      "no reserved concurrency",
      { reservedConcurrency: 0 },
      "function.reservedConcurrency: must be 1 or more: with 0, Lambda would reject every call",
    ],
    ["half an environment", { provisionedConcurrency: 1.5 }, "function.provisionedConcurrency: must be a whole number"],
    [
      "more provisioned than reserved",
      { reservedConcurrency: 1, provisionedConcurrency: 2 },
      "function.provisionedConcurrency: must not be more than reservedConcurrency, which includes it",
    ],
    [
      "a bucket's ARN",
      { codeSigning: { bucket: "arn:aws:s3:::packages" } },
      "function.codeSigning.bucket: must be the name of an S3 bucket with versioning",
    ],
    ["no subnet", { vpc: { ...VPC, subnetIds: [] } }, "function.vpc.subnetIds: must name at least one subnet"],
    [
      "a subnet's name",
      { vpc: { ...VPC, subnetIds: ["private-a"] } },
      "function.vpc.subnetIds.0: must be the id of a subnet, such as subnet-0a1b2c3d",
    ],
    [
      "a security group twice",
      { vpc: { ...VPC, securityGroupIds: ["sg-1", "sg-1"] } },
      "function.vpc.securityGroupIds: must not name a security group twice",
    ],
  ])("%s", (_, settings, sentence) => {
    expect(() => parseSettings({ function: settings }, "test")).toThrow(`test cannot be used: ${sentence}.`);
  });

  it("a boundary that is not the ARN of a policy", () => {
    expect(() => parseSettings({ permissionsBoundary: "boundary" }, "test")).toThrow(
      "test cannot be used: permissionsBoundary: must be the ARN of a policy, such as arn:aws:iam::ACCOUNT:policy/boundary.",
    );
  });
});
