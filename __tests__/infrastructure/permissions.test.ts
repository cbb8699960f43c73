import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { type AccessRequest, isAllowed } from "../../simulator/access-policy";
import { type DeployedFunction, type DeployedParameter, SynthesizedStack } from "../../simulator/synthesized-stack";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { readStack, synthesizeWith } from "../support/stack";

// The policies as they are synthesized, of the role and of the KMS key together, with their references resolved.
const folder = temporaryFolder();
const DEPLOYER = "arn:aws:iam::804729163550:role/ci/deploy";
let stackDir: string;
let deployed: DeployedFunction;
let parameters: DeployedParameter[];
let key: { arn: string; policy: NonNullable<DeployedParameter["keyPolicy"]> };
let logGroup: string;
beforeAll(async () => {
  const pairs = await Promise.all(["old", "new"].map(async (name) => ({ name, pair: await smallKeyPair() })));
  const keyPairs = pairs.map(({ name, pair }) => {
    writeKeyPair(join(folder, name), pair);
    const { certificate, privateKey } = keyPairFiles(join(folder, name));
    return { name, certificateFile: certificate, privateKeyFile: privateKey };
  });
  stackDir = await synthesizeWith(folder, (pairs[0] as (typeof pairs)[0]).pair, {
    keyPairs,
    deployers: [DEPLOYER],
    payment: { connector: "https", url: "https://payments.example/" },
  });
  const stack = new SynthesizedStack(stackDir, { payment_secret: "s" });
  [deployed] = stack.functions as [DeployedFunction];
  parameters = stack.parameters;
  const [first] = parameters as [DeployedParameter];
  key = { arn: first.keyArn, policy: first.keyPolicy ?? [] };
  logGroup = `arn:aws:logs:us-east-1:804729163550:log-group:${deployed.logGroup}`;
}, 60_000);

const VIA_SSM = "ssm.us-east-1.amazonaws.com";
const context = (parameterArn: string, service = VIA_SSM) => ({
  "kms:ViaService": service,
  "kms:EncryptionContext:PARAMETER_ARN": parameterArn,
});

type Request = Omit<AccessRequest, "principal">;
const mayFunction = (request: Request) =>
  isAllowed(
    { principal: deployed.role.arn, ...request },
    deployed.role.statements,
    request.resource === key.arn ? key.policy : undefined,
  );

/** Every call the function makes: each parameter, its decryption by Parameter Store, its own log. */
const calls = (): Request[] => [
  ...parameters.flatMap(({ arn }) => [
    { action: "ssm:GetParameter", resource: arn },
    { action: "kms:Decrypt", resource: key.arn, context: context(arn) },
  ]),
  ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
    action,
    resource: `${logGroup}:log-stream:2026/11/24/[$LATEST]0123`,
  })),
];

it("allows the function every call it makes", () => {
  expect(parameters).toHaveLength(3);
  expect(calls().filter((call) => !mayFunction(call))).toEqual([]);
});

it("has no statement, no action and no resource that none of these calls needs", () => {
  const asked = calls();
  for (const statement of deployed.role.statements) {
    for (const Action of [statement.Action].flat()) {
      for (const Resource of [statement.Resource].flat()) {
        const alone = { ...statement, Action, Resource };
        const used = asked.some((call) => isAllowed({ principal: deployed.role.arn, ...call }, [alone]));
        expect([Action, Resource, used]).toEqual([Action, Resource, true]);
      }
    }
  }
});

describe("denies the function", () => {
  const other = "arn:aws:ssm:us-east-1:804729163550:parameter/CONNECT_INPUT_DECRYPTION_KEY/another";
  const otherKey = "arn:aws:kms:us-east-1:804729163550:key/another";
  const first = () => (parameters[0] as DeployedParameter).arn;

  it.each<[string, () => Request]>([
    ["another parameter", () => ({ action: "ssm:GetParameter", resource: other })],
    ["all parameters", () => ({ action: "ssm:GetParameter", resource: "*" })],
    ["parameters by path", () => ({ action: "ssm:GetParametersByPath", resource: first() })],
    ["several at once", () => ({ action: "ssm:GetParameters", resource: first() })],
    ["a parameter's history", () => ({ action: "ssm:GetParameterHistory", resource: first() })],
    ["writing one", () => ({ action: "ssm:PutParameter", resource: first() })],
    ["deleting one", () => ({ action: "ssm:DeleteParameter", resource: first() })],
    ["another KMS key", () => ({ action: "kms:Decrypt", resource: otherKey, context: context(first()) })],
    ["the key without an encryption context", () => ({ action: "kms:Decrypt", resource: key.arn })],
    [
      "the key without it through Parameter Store",
      () => ({ action: "kms:Decrypt", resource: key.arn, context: { "kms:ViaService": VIA_SSM } }),
    ],
    [
      "the key with another parameter's context",
      () => ({ action: "kms:Decrypt", resource: key.arn, context: context(other) }),
    ],
    [
      "the key directly, with the right context",
      () => ({
        action: "kms:Decrypt",
        resource: key.arn,
        context: { "kms:EncryptionContext:PARAMETER_ARN": first() },
      }),
    ],
    [
      "the key through another service",
      () => ({ action: "kms:Decrypt", resource: key.arn, context: context(first(), "lambda.us-east-1.amazonaws.com") }),
    ],
    ...["kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"].map(
      (action): [string, () => Request] => [action, () => ({ action, resource: key.arn, context: context(first()) })],
    ),
    [
      "another log group",
      () => ({ action: "logs:PutLogEvents", resource: `${logGroup.replace("decrypt", "other")}:log-stream:a` }),
    ],
    ["a log group with a longer name", () => ({ action: "logs:PutLogEvents", resource: `${logGroup}-2:log-stream:a` })],
    ["reading its log", () => ({ action: "logs:GetLogEvents", resource: `${logGroup}:log-stream:a` })],
    ["making log groups", () => ({ action: "logs:CreateLogGroup", resource: logGroup })],
    ["invoking itself", () => ({ action: "lambda:InvokeFunction", resource: deployed.arn })],
    ["other roles", () => ({ action: "sts:AssumeRole", resource: DEPLOYER })],
  ])("%s", (_, request) => {
    expect(mayFunction(request())).toBe(false);
  });
});

describe("the KMS key", () => {
  /** Somebody to whom IAM allows everything. */
  const mayAdministrator = (principal: string, action: string, more: Record<string, string> = {}) =>
    isAllowed(
      { principal, action, resource: key.arn, context: more },
      [{ Effect: "Allow", Action: "*", Resource: "*" }],
      key.policy,
    );
  const USES = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:CreateGrant"];
  const ADMINISTRATOR = "arn:aws:iam::804729163550:role/admin";
  const anyContext = () => ({
    ...context((parameters[0] as DeployedParameter).arn),
    "kms:GrantIsForAWSResource": "true",
  });

  it("is administered by whom IAM allows, who cannot use it", () => {
    for (const action of ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:EnableKeyRotation", "kms:DescribeKey"]) {
      expect([action, mayAdministrator(ADMINISTRATOR, action)]).toEqual([action, true]);
    }
    for (const action of USES) {
      for (const service of [VIA_SSM, "lambda.us-east-1.amazonaws.com"]) {
        const more = { ...anyContext(), "kms:ViaService": service };
        expect([action, mayAdministrator(ADMINISTRATOR, action, more)]).toEqual([action, false]);
      }
    }
  });

  it("is used by deployers, through Parameter Store and Lambda alone", () => {
    expect(mayAdministrator(DEPLOYER, "kms:Decrypt", anyContext())).toBe(true);
    expect(mayAdministrator(DEPLOYER, "kms:Decrypt")).toBe(false);
    expect(mayAdministrator(`${DEPLOYER}2`, "kms:Decrypt", anyContext())).toBe(false);
    const viaLambda = { ...anyContext(), "kms:ViaService": "lambda.us-east-1.amazonaws.com" };
    expect(mayAdministrator(DEPLOYER, "kms:CreateGrant", viaLambda)).toBe(true);
    expect(mayAdministrator(DEPLOYER, "kms:CreateGrant", { ...viaLambda, "kms:GrantIsForAWSResource": "false" })).toBe(
      false,
    );
  });

  it("names whoever deploys, where nobody else is named", async () => {
    const pair = await smallKeyPair();
    const text = readFileSync(join(await synthesizeWith(folder, pair), "cdk.tf.json"), "utf8");
    expect(text).toMatch(/aws:PrincipalArn[^}]*data\.aws_iam_session_context\.[\w-]+\.issuer_arn/);
    expect(readStack(stackDir).data).not.toHaveProperty("aws_iam_session_context");
  });
});
