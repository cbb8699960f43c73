import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkKeyPairFiles, checkPaymentSecret } from "../../deployment-checks/secrets";
import { checkNode, checkTerraform } from "../../deployment-checks/tools";
import type { KeyPair } from "../../encryption/key-pair";
import { type KeyPairFiles, keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { runIvr } from "../support/cli";
import { smallKeyPair } from "../support/key-pairs";
import { ivr, runCommand, temporaryFolder } from "../support/project";

const cwd = temporaryFolder();
const files = keyPairFiles(join(cwd, "keys/primary"));
const statuses = (now = new Date()) =>
  checkKeyPairFiles({ name: "primary", files }, now, {}).map(({ status }) => status);
let pair: KeyPair;

beforeAll(async () => {
  pair = await smallKeyPair();
  writeKeyPair(join(cwd, "keys/primary"), pair);
});

it.each([
  ["20.11.0", "passed"],
  ["24.0.0", "passed"],
  ["24.0.0-nightly", "passed"],
  ["20.9.0", "failed"],
  ["18.20.0", "failed"],
])("Node.js %s: %s", (version, status) => {
  expect(checkNode(version, ">=20.11").status).toBe(status);
});

it.each([
  ["1.11.0", "passed"],
  ["1.11.0-rc1", "passed"],
  ["1.10.5", "failed"],
  ["2.0.0-rc1", "passed"],
])("Terraform %s: %s", (version, status) => {
  const command = join(cwd, `terraform-${version}`);
  writeFileSync(command, `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`, { mode: 0o755 });
  expect(checkTerraform(command).status).toBe(status);
});

it("fails if Terraform is missing", () => {
  expect(checkTerraform(join(cwd, "none"))).toMatchObject({ status: "failed" });
});

it("passes a key pair, and fails one that is expired or that other users can read", () => {
  expect(statuses().slice(0, 2)).toEqual(["passed", "passed"]);
  expect(statuses(new Date("2100-01-01"))[0]).toBe("failed");
  chmodSync(files.privateKey, 0o644);
  expect(statuses()[1]).toBe("failed");
  chmodSync(files.privateKey, 0o600);
});

it("advises to create a missing key pair, and never to replace an existing one", () => {
  const check = (files: KeyPairFiles) => checkKeyPairFiles({ name: "next", files }, new Date(), {})[0];
  expect(check(keyPairFiles(join(cwd, "keys/next")))).toMatchObject({
    remedy: expect.stringMatching(/keys create next$/),
  });
  writeKeyPair(join(cwd, "keys/broken"), { ...pair, certificate: "" });
  expect(check(keyPairFiles(join(cwd, "keys/broken")))).toMatchObject({
    sentence: expect.stringContaining("not an X.509 certificate"),
    remedy: expect.stringMatching(/^Put the key pair's own file there/),
  });
  expect(check({ certificate: join(cwd, "none.pem") })).toMatchObject({
    remedy: expect.stringContaining("file names"),
  });
});

it("accepts a private key in its Terraform variable instead of a file", async () => {
  const check = (value?: string) =>
    checkKeyPairFiles({ name: "my-pair", files: { certificate: files.certificate } }, new Date(), {
      TF_VAR_private_key_my_pair: value,
    });
  expect(check(pair.privateKey).map(({ status }) => status)).toEqual(["passed", "passed"]);
  const { privateKey: another } = await smallKeyPair();
  for (const value of [undefined, "", "no key", another]) {
    const [, variable] = check(value);
    expect(variable).toMatchObject({
      status: "failed",
      remedy: expect.stringContaining("Set TF_VAR_private_key_my_pair"),
    });
    expect(JSON.stringify(variable)).not.toContain(another.split("\n")[1]);
  }
});

it("accepts a payment secret that is set, and does not print it", () => {
  expect(checkPaymentSecret({ TF_VAR_payment_secret: "bearer-4711" })).toEqual({
    name: "Payment secret",
    status: "passed",
    sentence: "TF_VAR_payment_secret is set.",
  });
  for (const environment of [{}, { TF_VAR_payment_secret: "" }]) {
    expect(checkPaymentSecret(environment)).toMatchObject({ status: "failed" });
  }
});

const NO_CREDENTIALS = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" };
const noFile = join(cwd, "none");

it("the command prints what to do for each failure, and no key", async () => {
  runCommand("git", ["init", "--quiet"], { cwd });
  const payment = { connector: "https", url: "https://payment.example.com" };
  writeFileSync(join(cwd, "payment.json"), JSON.stringify({ payment }));
  mkdirSync(join(cwd, "empty"));
  const config = {
    IVR_CONFIG: "payment.json",
    ...{ ...NO_CREDENTIALS, AWS_PROFILE: "", AWS_CONFIG_FILE: noFile, AWS_SHARED_CREDENTIALS_FILE: noFile },
  };
  const { code, stdout } = await runIvr(["doctor"], { cwd, env: { ...config, PATH: join(cwd, "empty") } });
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ Terraform: .*\n {2}→ Install Terraform 1\.11/);
  expect(stdout).toContain("✓ Key pair primary: ");
  expect(stdout).toMatch(/✗ Payment secret: .*\n {2}→ Set it/);
  expect(stdout).toMatch(/✗ Credentials: There are no AWS credentials.*\n {2}→ Sign in/);
  expect(stdout).toContain("– Git and primary: ");
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);

  const unreachable = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1" };
  const signedIn = { ...config, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", ...unreachable };
  // In a separate process: the SDK does not recognize the network errors of jest's environment.
  const json = ivr(["doctor", "--json"], { cwd, env: signedIn });
  expect(JSON.parse(json.stdout).checks).toContainEqual(
    expect.objectContaining({ name: "Credentials", sentence: "AWS cannot be reached for sts:GetCallerIdentity." }),
  );
  expect(JSON.parse(json.stdout).checks).toContainEqual(
    expect.objectContaining({ name: "Git and primary", status: "failed" }),
  );
  expect(stdout + json.stdout).not.toContain("PRIVATE KEY");
});

it.each([
  ["in no file", "nope", /^AWS_PROFILE names the profile nope, which does not exist\.$/],
  ["without credentials", "empty", /^There are no AWS credentials/],
  ["without credentials in the other file", "other", /^There are no AWS credentials/],
])("the command reports a profile %s", async (_, profile, sentence) => {
  writeFileSync(join(cwd, "default.json"), "{}");
  writeFileSync(join(cwd, "aws-config"), "[profile empty]\nregion = us-east-1\n");
  writeFileSync(join(cwd, "aws-credentials"), "[other]\naws_session_token = none\n");
  const env = {
    ...NO_CREDENTIALS,
    ...{ IVR_CONFIG: "default.json", AWS_PROFILE: profile },
    ...{ AWS_CONFIG_FILE: join(cwd, "aws-config"), AWS_SHARED_CREDENTIALS_FILE: join(cwd, "aws-credentials") },
  };
  const { stdout } = await runIvr(["doctor", "--json"], { cwd, env });
  const checks: { name: string; sentence: string }[] = JSON.parse(stdout).checks;
  expect(checks.find(({ name }) => name === "Credentials")?.sentence).toMatch(sentence);
});

it("the command reports a new profile while its process runs", async () => {
  const profiles = join(cwd, "changed-credentials");
  const env = { ...NO_CREDENTIALS, IVR_CONFIG: "default.json", AWS_PROFILE: "late", AWS_CONFIG_FILE: noFile };
  const run = () => runIvr(["doctor", "--json"], { cwd, env: { ...env, AWS_SHARED_CREDENTIALS_FILE: profiles } });
  writeFileSync(profiles, "[early]\naws_session_token = none\n");
  expect((await run()).stdout).toContain("names the profile late");
  writeFileSync(profiles, "[late]\naws_session_token = none\n");
  expect((await run()).stdout).not.toContain("names the profile late");
});
