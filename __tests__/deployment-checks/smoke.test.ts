import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../../deployment-checks/check";
import { type Deployed, smoke } from "../../deployment-checks/smoke";
import type { KeyPair } from "../../encryption/key-pair";
import { Deployment } from "../../simulator/deployment";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { type Account, type AwsEndpoint, type Operation, startAwsEndpoint } from "../support/aws-endpoint";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { PROJECT_DIR, temporaryFolder } from "../support/project";
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
let deployed: Deployed;
let account: Account;

beforeAll(async () => {
  [pair, other] = [await smallKeyPair(), await smallKeyPair()];
  stackDir = await synthesizeWith(folder, pair);
  await deployment.deploy(stackDir);
  const stack = new SynthesizedStack(stackDir);
  const [[lambda], [parameter], [keyId = ""]] = [stack.functions, stack.parameters, [...stack.securityKeys.keys()]];
  deployed = {
    region: "us-east-1",
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
  // one try of each call: the pauses between tries are the SDK's own
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
  endpoint.asked = [];
  endpoint.invocations = [];
});

afterAll(async () => {
  process.env = before;
  endpoint.stop();
  await deployment.stop();
});

/** As Lambda answers, from the built function. */
async function invoke(functions: Deployment, event: unknown) {
  const invocation = await functions.invoke(deployed.functionArn, event, 8);
  if ("response" in invocation) return { payload: JSON.parse(invocation.response) };
  const [, errorType, errorMessage] = /^the function threw (\w+): (.*)$/s.exec(invocation.error) ?? [];
  return { payload: { errorType, errorMessage, trace: ["PRIVATE KEY"] }, error: "Unhandled" };
}

const run = (changes: Partial<Deployed> = {}, noRing?: string) =>
  smoke({ ...deployed, ...changes }, { certificateFile, noRing }, process.env);
const statuses = (checks: Check[]) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const failures = (checks: Check[]) => checks.filter(({ status }) => status === "failed");
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
const says = (changes: Partial<Account>) => () => {
  Object.assign(account, changes);
};
const upload = ({ publicKey }: KeyPair) => {
  account.securityKeys = [{ AssociationId: deployed.keyIds.primary ?? "", Key: publicKey }];
};
const inJson = (text: string) => JSON.stringify(text.trim()).slice(1, -1);
/** The other certificate in the flow, as if it had been deployed. */
const certify = (pem: string) => changeFlow(inJson(pair.certificate), inJson(pem));

it("passes what is deployed, with the function's own answers", async () => {
  expect(statuses(await run())).toEqual(ALL_PASSED);
  const contactIds = endpoint.invocations.map((body) => JSON.parse(body).Details.ContactData.ContactId);
  expect(contactIds).toEqual([expect.stringMatching(/^smoke-test-[\w-]{1,53}$/), contactIds[0]]);
  expect(new Set(endpoint.asked)).toEqual(
    new Set<Operation>([
      ...(["GetCallerIdentity", "ListSecurityKeys", "DescribeContactFlow", "DescribeParameters"] as const),
      ...(["GetFunctionConfiguration", "ListLambdaFunctions", "Invoke"] as const),
    ]),
  );
});

it("passes a module", async () => {
  account = { ...account, flow: undefined, module: account.flow };
  expect(statuses(await run({ flow: { kind: "module", id: FLOW } }))).toEqual(ALL_PASSED);
});

it("passes a function that is rung by an alias", async () => {
  expect(statuses(await run({ functionArn: `${deployed.functionArn}:live` }))).toEqual(ALL_PASSED);
});

it("skips the ring where the test number fits no field, and says so", async () => {
  const checks = await run({}, "Not rung: no field.");
  expect(statuses(checks)).toEqual({ ...ALL_PASSED, "Test number": "skipped", "Tampered message": "skipped" });
  expect(checks.at(-1)?.sentence).toBe("Not rung: no field.");
  expect(endpoint.invocations).toEqual([]);
});

it("checks both keys while they are rotated, and goes on with the one that the flow uses", async () => {
  const keyIds = { ...deployed.keyIds, next: "not-uploaded" };
  const checks = await run({ keyIds, parameterNames: { ...deployed.parameterNames, next: "/none" } });
  expect(failures(checks).map(({ name }) => name)).toEqual(["Security key next", "Private key next"]);
  expect(statuses(checks)).toMatchObject({ Certificate: "passed", "Tampered message": "passed" });
});

it.each<[string, () => void | Promise<void>, keyof typeof ALL_PASSED, RegExp]>([
  ["another account", says({ account: "999999999999" }), "Credentials", /another account/],
  ["no security key", says({ securityKeys: [] }), "Security key primary", /no security key/],
  ["no flow", says({ flow: undefined }), "Flow", /no such flow/],
  [
    "a flow never published",
    says({ errors: { DescribeContactFlow: "ContactFlowNotPublishedException" } }),
    "Flow",
    /not published/,
  ],
  ["a saved flow", says({ flow: { Content: "{}", Status: "SAVED" } }), "Flow", /not published/],
  ["an archived flow", says({ flow: { Content: "{}", State: "ARCHIVED" } }), "Flow", /archived/],
  ["no flow language", says({ flow: { Content: "{" } }), "Flow", /cannot be read/],
  ["nothing stored", says({ flow: { Content: '{"Actions":[{}]}' } }), "Flow", /stores no input/],
  ["input in clear", () => changeFlow(/"InputEncryption"/g, '"Other"'), "Flow", /without encrypting/],
  ["another key id", () => changeFlow(deployed.keyIds.primary ?? "", "another"), "Flow", /another key/],
  ["a foreign certificate", () => certify(other.certificate), "Certificate", /another certificate/],
  ["no certificate", () => certify("nothing"), "Certificate", /not an X\.509 certificate/],
  ["another file", () => writeFileSync(certificateFile, other.certificate), "Certificate", /another certificate/],
  ["no file", () => writeFileSync(certificateFile, ""), "Certificate", /not an X\.509 certificate/],
  ["an expired certificate", () => deployCertificate({ toDay: -1 }), "Certificate", /expired on/],
  ["a certificate signed by another", () => deployCertificate({ signedBy: other }), "Certificate", /not verify/],
  ["another uploaded key", () => upload(other), "Certificate", /not verify/],
  ["no parameter", says({ parameters: [] }), "Private key primary", /no parameter/],
  ["an open parameter", () => changeParameter({ Type: "String" }), "Private key primary", /not encrypted/],
  ["another KMS key", () => changeParameter({ KeyId: "alias/aws/ssm" }), "Private key primary", /another KMS key/],
  ["no function", says({ configuration: undefined }), "Function", /no such function/],
  [
    "a failed function",
    says({ configuration: { State: "Failed", StateReasonCode: "DisabledKMSKey" } }),
    "Function",
    /Failed \(DisabledKMSKey\)/,
  ],
  [
    "a failed update",
    says({ configuration: { State: "Active", LastUpdateStatus: "Failed" } }),
    "Function",
    /update is Failed/,
  ],
  ["no association", says({ lambdaFunctions: [] }), "Association", /not associated/],
  [
    "a function that breaks",
    says({ invoke: async () => ({ payload: { errorType: "Runtime.ExitError" }, error: "Unhandled" }) }),
    "Test number",
    /fault Runtime\.ExitError/,
  ],
  [
    "another answer",
    says({ invoke: async () => ({ payload: { outcome: "PRIVATE KEY" } }) }),
    "Test number",
    /answers unknown/,
  ],
  [
    "a function that lets all pass",
    says({ invoke: async () => ({ payload: { outcome: "accepted" } }) }),
    "Tampered message",
    /accepted in place of the fault tampered-message/,
  ],
])("fails %s, with what to do", async (_, change, name, sentence) => {
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
const changeParameter = (change: Partial<Account["parameters"][number]>) => {
  account.parameters = account.parameters.map((parameter) => ({ ...parameter, ...change }));
};

it.each<[Operation, string, keyof typeof ALL_PASSED]>([
  ["GetCallerIdentity", "sts:GetCallerIdentity", "Credentials"],
  ["ListSecurityKeys", "connect:ListSecurityKeys", "Security key primary"],
  ["DescribeContactFlow", "connect:DescribeContactFlow", "Flow"],
  ["DescribeParameters", "ssm:DescribeParameters", "Private key primary"],
  ["GetFunctionConfiguration", "lambda:GetFunctionConfiguration", "Function"],
  ["ListLambdaFunctions", "connect:ListLambdaFunctions", "Association"],
  ["Invoke", "lambda:InvokeFunction", "Test number"],
])("tells that %s is denied, and makes what does not need it", async (operation, action, name) => {
  account.errors = { [operation]: operation === "GetCallerIdentity" ? "AccessDenied" : "AccessDeniedException" };
  const checks = await run();
  expect(failures(checks)).toMatchObject([{ name, sentence: `The credentials have no right to ${action}.` }]);
});

it("makes no other check without credentials", async () => {
  const { AWS_ACCESS_KEY_ID } = process.env;
  delete process.env.AWS_ACCESS_KEY_ID;
  const nowhere = { AWS_CONFIG_FILE: join(folder, "none"), AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
  Object.assign(process.env, nowhere, { AWS_EC2_METADATA_DISABLED: "true" });
  const checks = await run();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID });
  expect(failures(checks)).toMatchObject([
    {
      name: "Credentials",
      sentence: expect.stringContaining("no credentials"),
      remedy: expect.stringMatching("Sign in"),
    },
  ]);
  expect(checks.filter(({ status }) => status === "skipped")).toHaveLength(checks.length - 1);
  expect(endpoint.asked).toEqual([]);
});

it("tells what was not made, because of what", async () => {
  account.securityKeys = [];
  const checks = await run();
  expect(checks.find(({ name }) => name === "Certificate")).toMatchObject({
    status: "skipped",
    sentence: 'Not checked: it needs "Security key primary".',
  });
  expect(statuses(checks)).toEqual({
    ...ALL_PASSED,
    "Security key primary": "failed",
    Certificate: "skipped",
    "Test number": "skipped",
    "Tampered message": "skipped",
  });
});

it("tells that another private key was deployed", async () => {
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
      { name: "Test number", sentence: expect.stringContaining("the fault wrong-private-key") },
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

/** `npm run ivr -- smoke`; not with spawnSync, as the endpoint is in this process. */
function command(config: object, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const keyPairs = [{ name: "primary", certificateFile: "certificate.pem" }];
  writeFileSync(join(folder, "ivr.config.json"), JSON.stringify({ keyPairs, ...config }));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--import", require.resolve("tsx"), join(PROJECT_DIR, "cli/ivr.ts"), "smoke", ...args],
      { cwd: folder, env: { ...process.env, NO_COLOR: "1", IVR_CONFIG: "ivr.config.json" } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

it("the command tells of a deployment by its outputs, and shows neither the number, nor a key, nor a message", async () => {
  writeFileSync(join(folder, "outputs.json"), JSON.stringify({ "secure-ivr-dev": outputs() }));
  const { code, stdout, stderr } = await command({}, "--outputs", "outputs.json");
  expect(stdout).toMatch(/^✓ Outputs: /);
  for (const name of Object.keys(ALL_PASSED)) expect(stdout).toContain(`✓ ${name}: `);
  expect(code).toBe(0);
  expect(stdout).toMatch(/smoke-test-/);
  expect(stderr).toMatch(/^Finished with AWS .*\n$/);
  const messages = endpoint.invocations.map((body) => JSON.parse(body).Details.Parameters.cardNumber);
  expect(messages).toHaveLength(2);
  for (const secret of ["4111111111111111", "PRIVATE KEY", ...messages]) expect(stdout + stderr).not.toContain(secret);
});

it("the command tells in JSON what fails, and that no field takes the test number", async () => {
  const values = Object.entries(outputs()).map(([name, value]) => [name, { value }]);
  writeFileSync(
    join(folder, "terraform.secure-ivr-dev.tfstate"),
    JSON.stringify({ version: 4, outputs: Object.fromEntries(values) }),
  );
  account.lambdaFunctions = [];
  const { code, stdout } = await command({ fields: ["expiryDate"] }, "--json");
  expect(code).toBe(1);
  const { ok, checks } = JSON.parse(stdout);
  expect(ok).toBe(false);
  expect(failures(checks).map(({ name }) => name)).toEqual(["Association"]);
  expect(checks.at(-1)).toEqual({
    name: "Tampered message",
    status: "skipped",
    sentence: "Not rung: the configuration's fields have no cardNumber to try it with.",
  });
  expect(endpoint.invocations).toEqual([]);
});
