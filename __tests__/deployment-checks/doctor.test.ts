import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkKeyPair } from "../../deployment-checks/key-files";
import { checkPaymentSecret } from "../../deployment-checks/payment-secret";
import { checkNode, checkTerraform } from "../../deployment-checks/tools";
import type { KeyPair } from "../../encryption/key-pair";
import { type KeyPairFiles, keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { ivr, runCommand, temporaryFolder } from "../support/project";

const cwd = temporaryFolder();
const files = keyPairFiles(join(cwd, "keys/primary"));
const statuses = (now = new Date()) => checkKeyPair({ name: "primary", files }, now, {}).map(({ status }) => status);
let pair: KeyPair;

beforeAll(async () => {
  pair = await smallKeyPair();
  writeKeyPair(join(cwd, "keys/primary"), pair);
});

it.each([
  ["20.11.0", "passed"],
  ["24.0.0", "passed"],
  ["20.9.0", "failed"],
  ["18.20.0", "failed"],
])("Node.js %s has %s", (version, status) => {
  expect(checkNode(version, ">=20.11").status).toBe(status);
});

it.each([
  ["1.11.0", "passed"],
  ["1.10.5", "failed"],
  ["2.0.0-rc1", "passed"],
])("Terraform %s has %s", (version, status) => {
  const command = join(cwd, `terraform-${version}`);
  writeFileSync(command, `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`, { mode: 0o755 });
  expect(checkTerraform(command).status).toBe(status);
});

it("Terraform that is missing fails", () => {
  expect(checkTerraform(join(cwd, "none"))).toMatchObject({ status: "failed" });
});

it("a key pair passes, and fails expired, or open to others", () => {
  expect(statuses().slice(0, 2)).toEqual(["passed", "passed"]);
  expect(statuses(new Date("2100-01-01"))[0]).toBe("failed");
  chmodSync(files.privateKey, 0o644);
  expect(statuses()[1]).toBe("failed");
  chmodSync(files.privateKey, 0o600);
});

it("advises to make a pair where there is none, and nothing over one", () => {
  const remedy = (files: KeyPairFiles) => checkKeyPair({ name: "next", files }, new Date(), {})[0];
  expect(remedy(keyPairFiles(join(cwd, "keys/next")))).toMatchObject({
    remedy: expect.stringMatching(/keys create next$/),
  });
  writeKeyPair(join(cwd, "keys/broken"), { ...pair, certificate: "" });
  expect(remedy(keyPairFiles(join(cwd, "keys/broken")))).toMatchObject({
    sentence: expect.stringContaining("not an X.509 certificate"),
    remedy: expect.stringMatching(/^Put the pair's own file there/),
  });
  expect(remedy({ certificate: join(cwd, "none.pem") })).toMatchObject({
    remedy: expect.stringContaining("file names"),
  });
});

it("a private key without a file passes in its Terraform variable", async () => {
  const variable = (value?: string) =>
    checkKeyPair({ name: "my-pair", files: { certificate: files.certificate } }, new Date(), {
      TF_VAR_private_key_my_pair: value,
    });
  expect(variable(pair.privateKey).map(({ status }) => status)).toEqual(["passed", "passed"]);
  const { privateKey: another } = await smallKeyPair();
  for (const value of [undefined, "", "no key", another]) {
    const [, check] = variable(value);
    expect(check).toMatchObject({
      status: "failed",
      remedy: expect.stringContaining("Set TF_VAR_private_key_my_pair"),
    });
    expect(JSON.stringify(check)).not.toContain(another.split("\n")[1]);
  }
});

it("a payment secret passes where it is set, and is not told", () => {
  expect(checkPaymentSecret({ TF_VAR_payment_secret: "bearer-4711" })).toEqual({
    name: "Payment secret",
    status: "passed",
    sentence: "TF_VAR_payment_secret is set.",
  });
  for (const environment of [{}, { TF_VAR_payment_secret: "" }]) {
    expect(checkPaymentSecret(environment)).toMatchObject({ status: "failed" });
  }
});

it("the command tells each failure with what to do, and no key", () => {
  runCommand("git", ["init", "--quiet"], { cwd });
  const payment = { connector: "https", url: "https://payment.example.com" };
  writeFileSync(join(cwd, "ivr.config.json"), JSON.stringify({ payment }));
  mkdirSync(join(cwd, "empty"));
  const config = {
    IVR_CONFIG: "ivr.config.json",
    // no credentials anywhere
    ...{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_PROFILE: "", AWS_EC2_METADATA_DISABLED: "true" },
    ...{ AWS_CONFIG_FILE: join(cwd, "none"), AWS_SHARED_CREDENTIALS_FILE: join(cwd, "none") },
  };
  const env = { ...config, PATH: join(cwd, "empty") };
  const { code, stdout } = ivr(["doctor"], { cwd, env });
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ Terraform: .*\n {2}→ Install Terraform 1\.11/);
  expect(stdout).toContain("✓ Key pair primary: ");
  expect(stdout).toMatch(/✗ Payment secret: .*\n {2}→ Set it/);
  expect(stdout).toMatch(/✗ Credentials: There are no credentials.*\n {2}→ Sign in/);
  expect(stdout).toContain("– Git and primary: ");
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  const unreachable = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1" };
  const signedIn = { ...config, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", ...unreachable };
  const json = ivr(["doctor", "--json"], { cwd, env: signedIn });
  expect(JSON.parse(json.stdout).checks).toContainEqual(
    expect.objectContaining({ name: "Credentials", sentence: "AWS cannot be reached for sts:GetCallerIdentity." }),
  );
  expect(JSON.parse(json.stdout).checks).toContainEqual(
    expect.objectContaining({ name: "Git and primary", status: "failed" }),
  );
  expect(stdout + json.stdout).not.toContain("PRIVATE KEY");
});

it("the command tells of a profile that is in no file, and of one that holds no credentials", () => {
  writeFileSync(join(cwd, "ivr.config.json"), "{}");
  writeFileSync(join(cwd, "aws-config"), "[profile empty]\nregion = us-east-1\n");
  const credentials = (profile: string) => {
    const env = {
      ...{ IVR_CONFIG: "ivr.config.json", AWS_PROFILE: profile, AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_CONFIG_FILE: join(cwd, "aws-config"), AWS_SHARED_CREDENTIALS_FILE: join(cwd, "none") },
    };
    const { stdout } = ivr(["doctor", "--json"], { cwd, env });
    return JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === "Credentials").sentence;
  };
  expect(credentials("nope")).toBe("AWS_PROFILE names the profile nope, which is not known here.");
  expect(credentials("empty")).toMatch(/^There are no credentials/);
});
