import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkAccount } from "../../deployment-checks/account";
import type { KeyPair } from "../../encryption/key-pair";
import { type AwsEndpoint, type AwsOperation, type FakeAccount, startAwsEndpoint } from "../support/aws-endpoint";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";

const certificate = join(temporaryFolder(), "certificate.pem");
const before = { ...process.env };
let pair: KeyPair;
let account: FakeAccount;
let endpoint: AwsEndpoint;

beforeAll(async () => {
  pair = await smallKeyPair();
  writeFileSync(certificate, pair.certificate);
  endpoint = await startAwsEndpoint(() => account);
  process.env.AWS_ENDPOINT_URL = endpoint.url;
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  // Without the SDK's retries, which wait between attempts.
  process.env.AWS_MAX_ATTEMPTS = "1";
});
beforeEach(() => {
  account = {
    account: "123456789012",
    instances: [{ Id: "an-id", InstanceAlias: "center" }],
    securityKeys: [],
    flow: undefined,
    module: undefined,
    parameters: [],
    lambdaFunctions: [],
    configuration: undefined,
    invoke: async () => ({ payload: null }),
    errors: {},
  };
});
afterAll(() => {
  process.env = before;
  endpoint.stop();
});

const other = (name: string) => ({ AssociationId: name, Key: "not PEM" });
const check = (alias = "center") =>
  checkAccount({ region: "us-east-1", instance: { alias }, certificateFiles: [certificate] }, process.env);
const statuses = async (alias?: string) => (await check(alias)).map(({ status }) => status);

it("passes if the instance can take the key, or already has it", async () => {
  expect(await statuses()).toEqual(["passed", "passed", "passed"]);
  account.securityKeys = [other("one"), { AssociationId: "ours", Key: pair.publicKey }];
  expect(await statuses()).toEqual(["passed", "passed", "passed"]);
});

it("fails if the instance has two other keys, and does not advise to remove a key that is in use", async () => {
  account.securityKeys = [other("one"), other("two")];
  const [, , keys] = await check();
  expect(keys).toMatchObject({ status: "failed", remedy: expect.stringMatching(/one and two\. .*that no flow uses/) });
});

it("skips the keys if a certificate cannot be read", async () => {
  const unreadable = { region: "us-east-1", instance: { id: "an-id" }, certificateFiles: [`${certificate}.none`] };
  expect((await checkAccount(unreadable, process.env)).map(({ status }) => status)).toEqual([
    "passed",
    "passed",
    "skipped",
  ]);
});

it("skips the checks that depend on a failed one", async () => {
  expect(await statuses("elsewhere")).toEqual(["passed", "failed", "skipped"]);
  account.errors = { ListInstances: "AccessDeniedException" };
  expect(await statuses()).toEqual(["passed", "failed", "skipped"]);
  account.errors = { GetCallerIdentity: "InvalidClientTokenId" };
  expect(await statuses()).toEqual(["failed", "skipped", "skipped"]);
});

it.each<[AwsOperation, string, string, RegExp]>([
  ["GetCallerIdentity", "ExpiredToken", "have expired", /Sign in again/],
  ["GetCallerIdentity", "InvalidClientTokenId", "does not know", /AWS_PROFILE/],
  ["GetCallerIdentity", "SignatureDoesNotMatch", "signature", /clock/],
  ["ListInstances", "AccessDeniedException", "do not allow connect:ListInstances", /Allow connect:ListInstances/],
  ["ListSecurityKeys", "ThrottlingException", "throttles connect:ListSecurityKeys", /in a minute/],
  ["ListSecurityKeys", "InternalServiceException", "the error InternalServiceException", /Health/],
])("describes the error of %s, %s, without its message", async (operation, error, sentence, remedy) => {
  account.errors = { [operation]: error };
  const failure = (await check()).find(({ status }) => status === "failed");
  expect(failure).toMatchObject({
    sentence: expect.stringContaining(sentence),
    remedy: expect.stringMatching(remedy),
  });
  expect(JSON.stringify(failure)).not.toContain("PRIVATE KEY");
});
