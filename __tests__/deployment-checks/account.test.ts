import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkAccount } from "../../deployment-checks/account";
import { awsAccess } from "../../deployment-checks/credentials";
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
  endpoint.accessKeys = [];
  endpoint.assumedRoles = [];
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

const ANY_ACCOUNT = { access: { region: "us-east-1" }, allowedAccountIds: [] };
const other = (name: string) => ({ AssociationId: name, Key: "not PEM" });
const check = (alias = "center") =>
  checkAccount({ ...ANY_ACCOUNT, instance: { alias }, certificateFiles: [certificate] }, process.env);
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

it("counts the keys, and warns if a key pair cannot be rotated because another stage uses the other place", async () => {
  const keys = async () => (await check())[2];
  expect(await keys()).toMatchObject({ sentence: "With the configured keys, the instance has 1 of 2." });
  account.securityKeys = [other("one")];
  expect(await keys()).toMatchObject({
    status: "passed",
    sentence:
      "With the configured keys, the instance has 2 of 2, 1 of them from another stage or flow: there is no place to rotate a key pair (docs/operations.md).",
  });
});

describe("the configured access", () => {
  const files = { AWS_CONFIG_FILE: `${certificate}.config`, AWS_SHARED_CREDENTIALS_FILE: `${certificate}.credentials` };
  const role = { arn: "arn:aws:iam::123456789012:role/deploy", externalId: "external", sessionName: "session" };
  beforeAll(() => {
    writeFileSync(files.AWS_CONFIG_FILE, "");
    const profile = "[work]\naws_access_key_id = WORKPROFILE\naws_secret_access_key = secret\n";
    writeFileSync(files.AWS_SHARED_CREDENTIALS_FILE, profile);
    Object.assign(process.env, files);
  });
  const checkWith = (settings: Omit<Parameters<typeof awsAccess>[0], "region">, allowedAccountIds: string[] = []) =>
    checkAccount(
      {
        access: awsAccess({ region: "us-east-1", ...settings }, process.env),
        allowedAccountIds,
        instance: { alias: "center" },
        certificateFiles: [certificate],
      },
      process.env,
    );

  it("is a profile, also if the environment has other credentials", async () => {
    expect((await checkWith({ profile: "work" })).map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
    expect(endpoint.accessKeys).toEqual(["WORKPROFILE", "WORKPROFILE", "WORKPROFILE"]);
  });

  it("is a profile that does not exist", async () => {
    for (const assumeRole of [undefined, role]) {
      const [credentials] = await checkWith({ profile: "missing", assumeRole });
      expect(credentials).toMatchObject({
        status: "failed",
        sentence: "The configuration names the profile missing, which does not exist.",
        remedy: expect.stringMatching(/^Correct the setting profile, or create the profile/),
      });
    }
  });

  it("is a role, which is assumed once with the profile's credentials", async () => {
    const results = await checkWith({ profile: "work", assumeRole: role });
    expect(results.map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
    expect(endpoint.accessKeys).toEqual(["WORKPROFILE", "ROLESESSION", "ROLESESSION", "ROLESESSION"]);
    expect(endpoint.assumedRoles.map((each) => Object.fromEntries(each))).toEqual([
      expect.objectContaining({ RoleArn: role.arn, ExternalId: "external", RoleSessionName: "session" }),
    ]);
  });

  it("is a role that cannot be assumed", async () => {
    account.errors = { AssumeRole: "AccessDenied" };
    const results = await checkWith({ assumeRole: role });
    expect(results[0]).toMatchObject({
      status: "failed",
      sentence: `The credentials may not assume the role ${role.arn}.`,
      remedy: expect.stringContaining("trust policy"),
    });
    expect(results.slice(1).map(({ status }) => status)).toEqual(["skipped", "skipped"]);
  });

  it("must belong to an allowed account", async () => {
    const [allowed] = await checkWith({}, ["210987654321", "123456789012"]);
    expect(allowed).toMatchObject({ status: "passed" });
    const [credentials] = await checkWith({}, ["210987654321"]);
    expect(credentials).toMatchObject({
      status: "failed",
      sentence: "The credentials belong to an account that allowedAccountIds does not name.",
    });
  });
});

it("skips the keys if a certificate cannot be read", async () => {
  const unreadable = { ...ANY_ACCOUNT, instance: { id: "an-id" }, certificateFiles: [`${certificate}.none`] };
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
