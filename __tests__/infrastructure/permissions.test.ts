import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import type { IvrConfig } from "../../settings/settings";
import { type AccessRequest, isAllowed } from "../../simulator/access-policy";
import { type DeployedFunction, type DeployedParameter, SynthesizedStack } from "../../simulator/synthesized-stack";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { keyPairSetting, readStack, synthesizeWith } from "../support/stack";

const VIA_SSM = "ssm.us-east-1.amazonaws.com";
const NETWORK_INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];
type Request = Omit<AccessRequest, "principal">;

// Evaluates the synthesized policies of the role and of the KMS key together, with their references resolved.
const folder = temporaryFolder();
const DEPLOYER = "arn:aws:iam::804729163550:role/ci/deploy";
const CONFIG = {
  fields: ["cardNumber"],
  deployers: [DEPLOYER],
  payment: { connector: "https", url: "https://payments.example/" },
} satisfies IvrConfig;
const STACKS: [string, IvrConfig][] = [
  ["without options", CONFIG],
  ["with all options", { ...CONFIG, ...ALL_OPTIONS }],
];

/** Both stacks have the same two key pairs. */
let keyPairs: ReturnType<typeof keyPairSetting>[];
let pair: KeyPair;
beforeAll(async () => {
  pair = await smallKeyPair();
  keyPairs = [keyPairSetting(folder, "old", pair), keyPairSetting(folder, "new", await smallKeyPair())];
});

describe.each(STACKS)("%s", (_name, config) => {
  let stackDir: string;
  let deployed: DeployedFunction;
  let parameters: DeployedParameter[];
  let key: { arn: string; policy: NonNullable<DeployedParameter["keyPolicy"]> };
  let logGroup: string;
  beforeAll(async () => {
    stackDir = await synthesizeWith(folder, pair, { keyPairs, ...config });
    const stack = new SynthesizedStack(stackDir, { payment_secret: "s" });
    [deployed] = stack.functions as [DeployedFunction];
    parameters = stack.parameters;
    const [first] = parameters as [DeployedParameter];
    key = { arn: first.keyArn, policy: first.keyPolicy ?? [] };
    logGroup = `arn:aws:logs:us-east-1:804729163550:log-group:${deployed.logGroup}`;
  }, 60_000);

  const context = (parameterArn: string, service = VIA_SSM) => ({
    "kms:ViaService": service,
    "kms:EncryptionContext:PARAMETER_ARN": parameterArn,
  });

  const functionArn = () => `arn:aws:lambda:us-east-1:804729163550:function:${deployed.name}`;
  const mayRole = (request: Request, statements = deployed.role.statements) =>
    isAllowed(
      { principal: deployed.role.arn, ...request },
      statements,
      request.resource === key.arn ? key.policy : undefined,
    );
  /** A request from the function's own code: only these contain its ARN. */
  const fromCode = (request: Request): Request => ({
    ...request,
    context: { ...request.context, "lambda:SourceFunctionArn": functionArn() },
  });
  const mayFunction = (request: Request) => mayRole(fromCode(request));

  /** Every request that the function makes: each parameter, its decryption by Parameter Store, its log, its traces. */
  const functionRequests = (): Request[] => [
    ...parameters.flatMap(({ arn }) => [
      { action: "ssm:GetParameter", resource: arn },
      { action: "kms:Decrypt", resource: key.arn, context: context(arn) },
    ]),
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
      action,
      resource: `${logGroup}:log-stream:2026/11/24/[$LATEST]0123`,
    })),
    ...(config.function?.tracing
      ? ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map((action) => ({ action, resource: "*" }))
      : []),
  ];

  /** Requests that Lambda makes with the role's permissions before the function runs. */
  const lambdaRequests = (): Request[] =>
    config.function?.vpc ? NETWORK_INTERFACES.map((action) => ({ action, resource: "*" })) : [];

  it("allows every request that the function makes", () => {
    expect(parameters).toHaveLength(3);
    expect(functionRequests().filter((request) => !mayFunction(request))).toEqual([]);
    expect(lambdaRequests().filter((request) => !mayRole(request))).toEqual([]);
  });

  it("has no statement, action or resource that none of these requests needs", () => {
    const requests = [...functionRequests(), ...lambdaRequests()];
    for (const statement of deployed.role.statements.filter(({ Effect }) => Effect === "Allow")) {
      for (const Action of [statement.Action].flat()) {
        for (const Resource of [statement.Resource].flat()) {
          const alone = { ...statement, Action, Resource };
          const used = requests.some((request) => isAllowed({ principal: deployed.role.arn, ...request }, [alone]));
          expect([Action, Resource, used]).toEqual([Action, Resource, true]);
        }
      }
    }
  });

  it("has no Deny statement that is not needed", () => {
    for (const statement of deployed.role.statements.filter(({ Effect }) => Effect === "Deny")) {
      for (const action of [statement.Action].flat()) {
        const request = fromCode({ action, resource: "*" });
        const others = deployed.role.statements.filter((other) => other !== statement);
        expect([action, mayRole(request, others), mayRole(request)]).toEqual([action, true, false]);
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
        () => ({
          action: "kms:Decrypt",
          resource: key.arn,
          context: context(first(), "lambda.us-east-1.amazonaws.com"),
        }),
      ],
      ...["kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"].map(
        (action): [string, () => Request] => [action, () => ({ action, resource: key.arn, context: context(first()) })],
      ),
      [
        "another log group",
        () => ({ action: "logs:PutLogEvents", resource: `${logGroup.replace("decrypt", "other")}:log-stream:a` }),
      ],
      [
        "a log group with a longer name",
        () => ({ action: "logs:PutLogEvents", resource: `${logGroup}-2:log-stream:a` }),
      ],
      ["reading its log", () => ({ action: "logs:GetLogEvents", resource: `${logGroup}:log-stream:a` })],
      ["creating log groups", () => ({ action: "logs:CreateLogGroup", resource: logGroup })],
      ["invoking itself", () => ({ action: "lambda:InvokeFunction", resource: deployed.arn })],
      ["changing itself", () => ({ action: "lambda:UpdateFunctionCode", resource: functionArn() })],
      ["reading traces", () => ({ action: "xray:GetTraceSummaries", resource: "*" })],
      ["reading packages", () => ({ action: "s3:GetObject", resource: "arn:aws:s3:::signed-packages/any" })],
      ["signing packages", () => ({ action: "signer:StartSigningJob", resource: "*" })],
      ...[...NETWORK_INTERFACES, "ec2:AttachNetworkInterface", "ec2:RunInstances"].map(
        (action): [string, () => Request] => [action, () => ({ action, resource: "*" })],
      ),
      ["other roles", () => ({ action: "sts:AssumeRole", resource: DEPLOYER })],
    ])("%s", (_, request) => {
      expect(mayFunction(request())).toBe(false);
    });
  });

  describe("the KMS key", () => {
    /** A principal with all permissions in IAM. */
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

    it("can be administered with permissions in IAM, but not used", () => {
      for (const action of [
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:EnableKeyRotation",
        "kms:DescribeKey",
      ]) {
        expect([action, mayAdministrator(ADMINISTRATOR, action)]).toEqual([action, true]);
      }
      for (const action of USES) {
        for (const service of [VIA_SSM, "lambda.us-east-1.amazonaws.com"]) {
          const more = { ...anyContext(), "kms:ViaService": service };
          expect([action, mayAdministrator(ADMINISTRATOR, action, more)]).toEqual([action, false]);
        }
      }
    });

    it("can be used by deployers, only through Parameter Store and Lambda", () => {
      expect(mayAdministrator(DEPLOYER, "kms:Decrypt", anyContext())).toBe(true);
      expect(mayAdministrator(DEPLOYER, "kms:Decrypt")).toBe(false);
      expect(mayAdministrator(`${DEPLOYER}2`, "kms:Decrypt", anyContext())).toBe(false);
      const viaLambda = { ...anyContext(), "kms:ViaService": "lambda.us-east-1.amazonaws.com" };
      expect(mayAdministrator(DEPLOYER, "kms:CreateGrant", viaLambda)).toBe(true);
      expect(
        mayAdministrator(DEPLOYER, "kms:CreateGrant", { ...viaLambda, "kms:GrantIsForAWSResource": "false" }),
      ).toBe(false);
    });

    it("does not allow the role that runs Terraform if deployers are configured", () => {
      expect(readStack(stackDir).data).not.toHaveProperty("aws_iam_session_context");
    });
  });
});

it("without configured deployers, the KMS key allows the role that runs Terraform", async () => {
  const text = readFileSync(
    join(await synthesizeWith(folder, pair, { fields: ["cardNumber"] }), "cdk.tf.json"),
    "utf8",
  );
  expect(text).toMatch(/aws:PrincipalArn[^}]*data\.aws_iam_session_context\.[\w-]+\.issuer_arn/);
});
