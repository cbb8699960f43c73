import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckResult } from "../../deployment-checks/check";
import { smoke } from "../../deployment-checks/smoke";
import type { KeyPair } from "../../encryption/key-pair";
import type { StackOutputs } from "../../settings/stack-outputs";
import { Deployment } from "../../simulator/deployment";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { type AwsEndpoint, type AwsOperation, type FakeAccount, startAwsEndpoint } from "../support/aws-endpoint";
import { runIvr } from "../support/cli";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { only, synthesizeWith, variantOf } from "../support/stack";

const INSTANCE = "b7d1e0c2-0000-4000-8000-000000000000";
const FLOW = "b7d1e0c2-0000-4000-8000-000000000001";
const folder = temporaryFolder();
const certificateFile = join(folder, "certificate.pem");
const before = { ...process.env };
const deployment = new Deployment();
let endpoint: AwsEndpoint;
let pair: KeyPair;
let other: KeyPair;
let stackDir: string;
let deployed: StackOutputs;
let account: FakeAccount;

beforeAll(async () => {
  [pair, other] = [await smallKeyPair(), await smallKeyPair()];
  stackDir = await synthesizeWith(folder, pair);
  await deployment.deploy(stackDir);
  const stack = new SynthesizedStack(stackDir);
  const [[lambda], [parameter], [keyId = ""]] = [stack.functions, stack.parameters, [...stack.securityKeys.keys()]];
  deployed = {
    instanceId: INSTANCE,
    flow: { kind: "flow", id: FLOW },
    functionArn: lambda?.arn ?? "",
    encryptionKeyArn: parameter?.keyArn ?? "",
    keyIds: { primary: keyId },
    parameterNames: { primary: parameter?.name ?? "" },
    encryptWith: "primary",
  };
  endpoint = await startAwsEndpoint(() => account);
  process.env.AWS_ENDPOINT_URL = endpoint.url;
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  // Without the SDK's retries, which wait between attempts.
  process.env.AWS_MAX_ATTEMPTS = "1";
}, 60_000);

beforeEach(() => {
  const stack = new SynthesizedStack(stackDir);
  const { functionArn, parameterNames, encryptionKeyArn } = deployed;
  writeFileSync(certificateFile, pair.certificate);
  account = {
    account: functionArn.split(":")[4] ?? "",
    instances: [],
    securityKeys: [],
    flow: { Content: stack.flows[0]?.content ?? "" },
    module: undefined,
    parameters: [{ Name: parameterNames.primary ?? "", Type: "SecureString", KeyId: encryptionKeyArn }],
    lambdaFunctions: [functionArn],
    configuration: { State: "Active", LastUpdateStatus: "Successful" },
    invoke: (event) => invoke(deployment, event),
    errors: {},
  };
  upload(pair);
  endpoint.requested = [];
  endpoint.invocations = [];
});

afterAll(async () => {
  process.env = before;
  endpoint.stop();
  await deployment.stop();
});

/** Responds as Lambda does, with the built function. */
async function invoke(functions: Deployment, event: unknown) {
  const invocation = await functions.invoke(deployed.functionArn, event, 8);
  if ("response" in invocation) return { payload: JSON.parse(invocation.response) };
  const [, errorType, errorMessage] = /^the function threw (\w+): (.*)$/s.exec(invocation.error) ?? [];
  return { payload: { errorType, errorMessage, trace: ["PRIVATE KEY"] }, error: "Unhandled" };
}

const run = (changes: Partial<StackOutputs> = {}, testNumberProblem?: string) =>
  smoke(
    { access: { region: "us-east-1" }, outputs: { ...deployed, ...changes }, certificateFile, testNumberProblem },
    process.env,
  );
const statuses = (checks: CheckResult[]) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const failures = (checks: CheckResult[]) => checks.filter(({ status }) => status === "failed");
const ALL_PASSED = {
  Credentials: "passed",
  "Security key primary": "passed",
  Flow: "passed",
  Certificate: "passed",
  "Private key primary": "passed",
  Function: "passed",
  Association: "passed",
  "Test number": "passed",
  "Tampered message": "passed",
};
const changeFlow = (from: string | RegExp, to: string) => {
  const Content = account.flow?.Content.replaceAll(from, () => to) ?? "";
  expect(Content).not.toBe(account.flow?.Content);
  account.flow = { Content };
};
const set = (changes: Partial<FakeAccount>) => () => {
  Object.assign(account, changes);
};
const upload = ({ publicKey }: KeyPair) => {
  account.securityKeys = [{ AssociationId: deployed.keyIds.primary ?? "", Key: publicKey }];
};
const inJson = (text: string) => JSON.stringify(text.trim()).slice(1, -1);
/** Replaces the certificate in the flow. */
const certify = (pem: string) => changeFlow(inJson(pair.certificate), inJson(pem));

it("passes a correct deployment, with the real function's responses", async () => {
  expect(statuses(await run())).toEqual(ALL_PASSED);
  const contactIds = endpoint.invocations.map((body) => JSON.parse(body).Details.ContactData.ContactId);
  expect(contactIds).toEqual([expect.stringMatching(/^smoke-test-[\w-]{1,53}$/), contactIds[0]]);
  expect(new Set(endpoint.requested)).toEqual(
    new Set<AwsOperation>([
      ...(["GetCallerIdentity", "ListSecurityKeys", "DescribeContactFlow", "DescribeParameters"] as const),
      ...(["GetFunctionConfiguration", "ListLambdaFunctions", "Invoke"] as const),
    ]),
  );
});

it("passes a module", async () => {
  account = { ...account, flow: undefined, module: account.flow };
  expect(statuses(await run({ flow: { kind: "module", id: FLOW } }))).toEqual(ALL_PASSED);
});

it("passes a function that the flow invokes by an alias", async () => {
  expect(statuses(await run({ functionArn: `${deployed.functionArn}:live` }))).toEqual(ALL_PASSED);
});

it("does not invoke the function if it does not accept the test number, and says why", async () => {
  const checks = await run({}, "Skipped: no field.");
  expect(statuses(checks)).toEqual({ ...ALL_PASSED, "Test number": "skipped", "Tampered message": "skipped" });
  expect(checks.at(-1)?.sentence).toBe("Skipped: no field.");
  expect(endpoint.invocations).toEqual([]);
});

it("checks both keys during a rotation, and invokes the function with the one that the flow uses", async () => {
  const keyIds = { ...deployed.keyIds, next: "not-uploaded" };
  const checks = await run({ keyIds, parameterNames: { ...deployed.parameterNames, next: "/none" } });
  expect(failures(checks).map(({ name }) => name)).toEqual(["Security key next", "Private key next"]);
  expect(statuses(checks)).toMatchObject({ Certificate: "passed", "Tampered message": "passed" });
});

it.each<[string, () => void | Promise<void>, keyof typeof ALL_PASSED, RegExp]>([
  ["another account", set({ account: "999999999999" }), "Credentials", /another account/],
  ["no security key", set({ securityKeys: [] }), "Security key primary", /does not have the security key/],
  ["no flow", set({ flow: undefined }), "Flow", /does not have the flow/],
  [
    "a flow that was never published",
    set({ errors: { DescribeContactFlow: "ContactFlowNotPublishedException" } }),
    "Flow",
    /not published/,
  ],
  ["a saved flow", set({ flow: { Content: "{}", Status: "SAVED" } }), "Flow", /not published/],
  ["an archived flow", set({ flow: { Content: "{}", State: "ARCHIVED" } }), "Flow", /archived/],
  ["content that is not a flow", set({ flow: { Content: "{" } }), "Flow", /cannot be read/],
  ["a flow that stores no input", set({ flow: { Content: '{"Actions":[{}]}' } }), "Flow", /stores no input/],
  ["input without encryption", () => changeFlow(/"InputEncryption"/g, '"Other"'), "Flow", /without encryption/],
  ["another key id", () => changeFlow(deployed.keyIds.primary ?? "", "another"), "Flow", /key id differs/],
  ["another certificate in the flow", () => certify(other.certificate), "Certificate", /another certificate/],
  ["no certificate in the flow", () => certify("nothing"), "Certificate", /not an X\.509 certificate/],
  [
    "another certificate file",
    () => writeFileSync(certificateFile, other.certificate),
    "Certificate",
    /another certificate/,
  ],
  ["an empty certificate file", () => writeFileSync(certificateFile, ""), "Certificate", /not an X\.509 certificate/],
  ["an expired certificate", () => deployCertificate({ toDay: -1 }), "Certificate", /expired on/],
  ["a certificate signed by another", () => deployCertificate({ signedBy: other }), "Certificate", /not verify/],
  ["another uploaded key", () => upload(other), "Certificate", /not verify/],
  ["no parameter", set({ parameters: [] }), "Private key primary", /parameter .* does not exist/],
  [
    "a parameter without encryption",
    () => changeParameter({ Type: "String" }),
    "Private key primary",
    /its type is not SecureString/,
  ],
  [
    "another KMS key",
    () => changeParameter({ KeyId: "alias/aws/ssm" }),
    "Private key primary",
    /not encrypted under the KMS key of the stack/,
  ],
  ["no function", set({ configuration: undefined }), "Function", /function does not exist/],
  [
    "a failed function",
    set({ configuration: { State: "Failed", StateReasonCode: "DisabledKMSKey" } }),
    "Function",
    /Failed \(DisabledKMSKey\)/,
  ],
  [
    "a failed update",
    set({ configuration: { State: "Active", LastUpdateStatus: "Failed" } }),
    "Function",
    /last update of the function is Failed/,
  ],
  ["no association", set({ lambdaFunctions: [] }), "Association", /not associated/],
  [
    "a function that crashes",
    set({ invoke: async () => ({ payload: { errorType: "Runtime.ExitError" }, error: "Unhandled" }) }),
    "Test number",
    /returns the error Runtime\.ExitError/,
  ],
  [
    "an unknown response",
    set({ invoke: async () => ({ payload: { outcome: "PRIVATE KEY" } }) }),
    "Test number",
    /returns unknown/,
  ],
  [
    "a function that accepts everything",
    set({ invoke: async () => ({ payload: { outcome: "accepted" } }) }),
    "Tampered message",
    /returns accepted instead of the error tampered-message/,
  ],
])("fails for %s, and says what to do", async (_, change, name, sentence) => {
  await change();
  const checks = await run();
  expect(failures(checks)).toEqual([
    { name, status: "failed", sentence: expect.stringMatching(sentence), remedy: expect.any(String) },
  ]);
  expect(JSON.stringify(checks)).not.toMatch(/PRIVATE KEY|4111111111111111/);
});

async function deployCertificate(options: Parameters<typeof certificateFor>[1]): Promise<void> {
  const pem = await certificateFor(pair, options);
  certify(pem);
  writeFileSync(certificateFile, pem);
}
const changeParameter = (change: Partial<FakeAccount["parameters"][number]>) => {
  account.parameters = account.parameters.map((parameter) => ({ ...parameter, ...change }));
};

it.each<[AwsOperation, string, keyof typeof ALL_PASSED]>([
  ["GetCallerIdentity", "sts:GetCallerIdentity", "Credentials"],
  ["ListSecurityKeys", "connect:ListSecurityKeys", "Security key primary"],
  ["DescribeContactFlow", "connect:DescribeContactFlow", "Flow"],
  ["DescribeParameters", "ssm:DescribeParameters", "Private key primary"],
  ["GetFunctionConfiguration", "lambda:GetFunctionConfiguration", "Function"],
  ["ListLambdaFunctions", "connect:ListLambdaFunctions", "Association"],
  ["Invoke", "lambda:InvokeFunction", "Test number"],
])("reports that %s is denied, and runs the checks that do not need it", async (operation, action, name) => {
  account.errors = { [operation]: operation === "GetCallerIdentity" ? "AccessDenied" : "AccessDeniedException" };
  const checks = await run();
  expect(failures(checks)).toMatchObject([{ name, sentence: `The credentials do not allow ${action}.` }]);
});

it("runs no other check without credentials", async () => {
  const { AWS_ACCESS_KEY_ID } = process.env;
  delete process.env.AWS_ACCESS_KEY_ID;
  const nowhere = { AWS_CONFIG_FILE: join(folder, "none"), AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
  Object.assign(process.env, nowhere, { AWS_EC2_METADATA_DISABLED: "true" });
  const checks = await run();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID });
  expect(failures(checks)).toMatchObject([
    {
      name: "Credentials",
      sentence: expect.stringContaining("no AWS credentials"),
      remedy: expect.stringMatching("Sign in"),
    },
  ]);
  expect(checks.filter(({ status }) => status === "skipped")).toHaveLength(checks.length - 1);
  expect(endpoint.requested).toEqual([]);
});

it("names the failed check in a skipped one", async () => {
  account.securityKeys = [];
  const checks = await run();
  expect(checks.find(({ name }) => name === "Certificate")).toMatchObject({
    status: "skipped",
    sentence: 'Skipped: it needs "Security key primary".',
  });
  expect(statuses(checks)).toEqual({
    ...ALL_PASSED,
    "Security key primary": "failed",
    Certificate: "skipped",
    "Test number": "skipped",
    "Tampered message": "skipped",
  });
});

it("reports that another private key was deployed", async () => {
  const wrong = new Deployment();
  try {
    await wrong.deploy(
      variantOf(stackDir, (stack) => {
        only(stack, "aws_ssm_parameter").value_wo = other.privateKey;
      }),
    );
    account.invoke = (event) => invoke(wrong, event);
    const checks = await run();
    expect(failures(checks)).toMatchObject([
      { name: "Test number", sentence: expect.stringContaining("the error wrong-private-key") },
    ]);
    expect(JSON.stringify(checks)).not.toMatch(/PRIVATE KEY|4111111111111111/);
  } finally {
    await wrong.stop();
  }
});

const outputs = () => ({
  instance_id: deployed.instanceId,
  encryption_key_arn: deployed.encryptionKeyArn,
  function_arn: deployed.functionArn,
  key_ids: deployed.keyIds,
  parameter_names: deployed.parameterNames,
  encrypt_with: deployed.encryptWith,
  contact_flow_id: FLOW,
});

/** `npm run ivr -- smoke`, with a configuration file of this name. */
function command(name: string, config: object, ...args: string[]) {
  const keyPairs = [{ name: "primary", certificateFile: "certificate.pem" }];
  writeFileSync(join(folder, name), JSON.stringify({ keyPairs, ...config }));
  return runIvr(["smoke", ...args], { cwd: folder, env: { IVR_CONFIG: name } });
}

it("the command reads an outputs file, and prints no number, key or message", async () => {
  writeFileSync(join(folder, "outputs.json"), JSON.stringify({ "secure-ivr-dev": outputs() }));
  const { code, stdout, stderr } = await command("default.json", {}, "--outputs", "outputs.json");
  expect(stdout).toMatch(/^✓ Outputs: /);
  for (const name of Object.keys(ALL_PASSED)) expect(stdout).toContain(`✓ ${name}: `);
  expect(code).toBe(0);
  expect(stdout).toMatch(/smoke-test-/);
  expect(stderr).toMatch(/^Checked AWS .*\n$/);
  const messages = endpoint.invocations.map((body) => JSON.parse(body).Details.Parameters.cardNumber);
  expect(messages).toHaveLength(2);
  for (const secret of ["4111111111111111", "PRIVATE KEY", ...messages]) expect(stdout + stderr).not.toContain(secret);
});

it("the command prints JSON, and skips the test number if no field accepts it", async () => {
  const values = Object.entries(outputs()).map(([name, value]) => [name, { value }]);
  writeFileSync(
    join(folder, "terraform.secure-ivr-dev.us-east-1.tfstate"),
    JSON.stringify({ version: 4, outputs: Object.fromEntries(values) }),
  );
  account.lambdaFunctions = [];
  const { code, stdout } = await command("expiry-date.json", { fields: ["expiryDate"] }, "--json");
  expect(code).toBe(1);
  const { ok, checks } = JSON.parse(stdout);
  expect(ok).toBe(false);
  expect(failures(checks).map(({ name }) => name)).toEqual(["Association"]);
  expect(checks.at(-1)).toEqual({
    name: "Tampered message",
    status: "skipped",
    sentence: "Skipped: the configuration has no field cardNumber for the test number.",
  });
  expect(endpoint.invocations).toEqual([]);
});
