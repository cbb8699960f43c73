import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { checkAccount } from "../../deployment-checks/account";
import type { KeyPair } from "../../encryption/key-pair";
import { type Account, type AwsEndpoint, type Operation, startAwsEndpoint } from "../support/aws-endpoint";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";

const certificate = join(temporaryFolder(), "certificate.pem");
const before = { ...process.env };
let pair: KeyPair;
let account: Account;
let endpoint: AwsEndpoint;

beforeAll(async () => {
  pair = await smallKeyPair();
  writeFileSync(certificate, pair.certificate);
  endpoint = await startAwsEndpoint(() => account);
  process.env.AWS_ENDPOINT_URL = endpoint.url;
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  // one try of each call: the pauses between tries are the SDK's own
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

it("waits some seconds, and no more, for an account that never answers", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  try {
    const [credentials] = await checks();
    expect(credentials).toMatchObject({ sentence: "AWS cannot be reached for sts:GetCallerIdentity." });
  } finally {
    process.env.AWS_ENDPOINT_URL = endpoint.url;
    silent.closeAllConnections();
    silent.close();
  }
}, 8_000);

const other = (name: string) => ({ AssociationId: name, Key: "of another form" });
const checks = (alias = "center") =>
  checkAccount({ region: "us-east-1", instance: { alias }, certificateFiles: [certificate] }, process.env);
const statuses = async (alias?: string) => (await checks(alias)).map(({ status }) => status);

it("passes with room for the key, and with the key there already", async () => {
  expect(await statuses()).toEqual(["passed", "passed", "passed"]);
  account.securityKeys = [other("one"), { AssociationId: "ours", Key: pair.publicKey }];
  expect(await statuses()).toEqual(["passed", "passed", "passed"]);
});

it("fails without room for the key, and advises nobody to remove a key that is in use", async () => {
  account.securityKeys = [other("one"), other("two")];
  const [, , keys] = await checks();
  expect(keys).toMatchObject({ status: "failed", remedy: expect.stringMatching(/one and two .*in none/) });
});

it("looks for no room where a certificate cannot be read", async () => {
  const unreadable = { region: "us-east-1", instance: { id: "an-id" }, certificateFiles: [`${certificate}.none`] };
  expect((await checkAccount(unreadable, process.env)).map(({ status }) => status)).toEqual([
    "passed",
    "passed",
    "skipped",
  ]);
});

it("skips what depends on a failure", async () => {
  expect(await statuses("elsewhere")).toEqual(["passed", "failed", "skipped"]);
  account.errors = { ListInstances: "AccessDeniedException" };
  expect(await statuses()).toEqual(["passed", "failed", "skipped"]);
  account.errors = { GetCallerIdentity: "InvalidClientTokenId" };
  expect(await statuses()).toEqual(["failed", "skipped", "skipped"]);
});

it.each<[Operation, string, string, RegExp]>([
  ["GetCallerIdentity", "ExpiredToken", "have expired", /Sign in again/],
  ["GetCallerIdentity", "InvalidClientTokenId", "does not know", /AWS_PROFILE/],
  ["GetCallerIdentity", "SignatureDoesNotMatch", "signature", /clock/],
  ["ListInstances", "AccessDeniedException", "no right to connect:ListInstances", /connect:ListInstances allowed/],
  ["ListSecurityKeys", "ThrottlingException", "throttles connect:ListSecurityKeys", /in a minute/],
  ["ListSecurityKeys", "InternalServiceException", "the error InternalServiceException", /Health/],
])("%s that answers %s is one sentence of our own", async (operation, error, sentence, remedy) => {
  account.errors = { [operation]: error };
  const failure = (await checks()).find(({ status }) => status === "failed");
  expect(failure).toMatchObject({
    sentence: expect.stringContaining(sentence),
    remedy: expect.stringMatching(remedy),
  });
  expect(JSON.stringify(failure)).not.toContain("PRIVATE KEY");
});
