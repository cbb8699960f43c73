import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import type { IvrConfig } from "../../settings/settings";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { smallKeyPair } from "../support/key-pairs";
import { filesBelow, isInstalled, readJson, temporaryFolder, terraform } from "../support/project";
import { only, readStack, type Synthesized, synthesizeWith } from "../support/stack";

const SECRET = "sk_live_7Hq2vZxN0pWb";
const URL = "https://payments.example/tokens?from=ivr";
const NAME = "/secure-ivr/dev/payment-secret";
const MISSING = "Set TF_VAR_payment_secret to the bearer secret of the payment endpoint";

const folder = temporaryFolder();
let pair: KeyPair;
let stackDir: string;
let stack: Synthesized;
const synthesizeWithPayment = (config: IvrConfig = {}) =>
  synthesizeWith(folder, pair, { fields: ["cardNumber"], payment: { connector: "https", url: URL }, ...config });
beforeAll(async () => {
  pair = await smallKeyPair();
  stackDir = await synthesizeWithPayment();
  stack = readStack(stackDir);
}, 60_000);

const parameterOf = ({ resource }: Synthesized) => {
  const [id, parameter] =
    Object.entries(resource.aws_ssm_parameter ?? {}).find(([, { name }]) => String(name).includes("payment")) ?? [];
  if (!id || !parameter) throw new Error("The stack has no payment secret.");
  return { id, parameter };
};

it("is a SecureString under the stack's key, written from an ephemeral variable", () => {
  const { parameter } = parameterOf(stack);
  expect(parameter).toMatchObject({
    name: NAME,
    type: "SecureString",
    tier: "Standard",
    key_id: expect.stringMatching(/^\$\{aws_kms_key\.[\w-]+\.arn\}$/),
    value_wo: `\${terraform.applying ? (var.payment_secret != "" ? var.payment_secret : tostring(tonumber("${MISSING}"))) : "known while applying"}`,
  });
  expect(parameter).not.toHaveProperty("value");
  expect(stack.variable).toEqual({
    payment_secret: expect.objectContaining({ ephemeral: true, sensitive: true, type: "string", default: "" }),
  });
});

it("can be read and decrypted by the function, separately from the private keys; the environment contains its name", () => {
  const { id } = parameterOf(stack);
  const { Statement } = JSON.parse(String(only(stack, "aws_iam_role_policy", "decrypt-function").policy));
  const arn = `\${aws_ssm_parameter.${id}.arn}`;
  expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
    ...["ReadPrivateKeys", "DecryptPrivateKeys", "ReadPaymentSecret", "DecryptPaymentSecret", "WriteOwnLogs"],
  ]);
  expect(Statement.slice(2, 4)).toEqual([
    { Effect: "Allow", Sid: "ReadPaymentSecret", Action: "ssm:GetParameter", Resource: [arn] },
    {
      Effect: "Allow",
      Sid: "DecryptPaymentSecret",
      Action: "kms:Decrypt",
      Resource: expect.stringMatching(/^\$\{aws_kms_key\.[\w-]+\.arn\}$/),
      Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": [arn] } },
    },
  ]);
  expect(JSON.stringify(Statement.slice(0, 2))).not.toContain(id);
  expect(only(stack, "aws_lambda_function").environment).toMatchObject({
    variables: {
      PAYMENT_CONNECTOR: "https",
      PAYMENT_URL: URL,
      PAYMENT_SECRET_PARAMETER: `\${aws_ssm_parameter.${id}.name}`,
    },
  });
});

it("is missing without an endpoint, like all other parts of it", async () => {
  const none = await synthesizeWithPayment({ payment: { connector: "none" } });
  const text = readFileSync(join(none, "cdk.tf.json"), "utf8");
  expect(text).not.toMatch(/payment[_-]/i);
  expect(readStack(none)).not.toHaveProperty("variable");
});

describe("in the simulator", () => {
  it("is the value of the variable", () => {
    const { parameters, functions } = new SynthesizedStack(stackDir, { payment_secret: SECRET });
    const parameter = parameters.find(({ name }) => name === NAME);
    expect(parameter?.value).toBe(SECRET);
    expect(functions[0]?.environment.PAYMENT_SECRET_PARAMETER).toBe(NAME);
    const reading = functions[0]?.role.statements.filter(({ Resource }) =>
      [Resource].flat().includes(parameter?.arn ?? ""),
    );
    expect(reading).toHaveLength(1);
  });

  it("is requested by name if it is missing or empty", () => {
    const lacking: Record<string, string>[] = [{}, { payment_secret: "" }, { PAYMENT_SECRET: SECRET }];
    for (const variables of lacking) {
      expect(() => new SynthesizedStack(stackDir, variables).parameters).toThrow(`${MISSING}.`);
    }
  });
});

const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("in real Terraform", () => {
  /** A configuration with only the parameter's expressions; constants replace their references. */
  function configure(name: string, synthesized: Synthesized): string {
    const { parameter } = parameterOf(synthesized);
    const withoutReferences = (expression: unknown) =>
      String(expression).replaceAll(/aws_kms_key[\w.-]*/g, '"arn:aws:kms:…"');
    const dir = join(folder, `terraform-${name}`);
    mkdirSync(dir);
    const config = {
      variable: synthesized.variable,
      locals: { value: withoutReferences(parameter.value_wo) },
      output: { version: { value: withoutReferences(parameter.value_wo_version) } },
    };
    writeFileSync(join(dir, "main.tf.json"), JSON.stringify(config));
    return dir;
  }
  const versionOf = (name: string, synthesized: Synthesized) => {
    const dir = configure(name, synthesized);
    expect(terraform(dir, ["apply", "-auto-approve"], { TF_VAR_payment_secret: SECRET }).code).toBe(0);
    expect(filesBelow(dir).some((file) => readFileSync(file, "utf8").includes(SECRET))).toBe(false);
    return readJson(join(dir, "terraform.tfstate")).outputs.version.value as number;
  };

  it("a plan needs no secret, and an apply requests it by name", () => {
    const dir = configure("missing", stack);
    expect(terraform(dir, ["plan"]).code).toBe(0);
    const { code, stderr } = terraform(dir, ["apply", "-auto-approve"]);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/[\s│]+/g, " ")).toContain(MISSING);
  });

  it("the version changes with secretVersion and the stage, but not with the endpoint's address", async () => {
    const version = versionOf("first", stack);
    const other = async (name: string, config: IvrConfig) =>
      versionOf(name, readStack(await synthesizeWithPayment(config)));
    const payment = { connector: "https", url: URL } as const;
    expect(await other("same", { payment: { ...payment, secretVersion: 1, url: `${URL}&more` } })).toBe(version);
    expect(await other("next", { payment: { ...payment, secretVersion: 2 } })).not.toBe(version);
    expect(await other("prod", { stage: "prod" })).not.toBe(version);
  });
});
