import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIvr } from "../support/cli";
import { smallKeyPair } from "../support/key-pairs";
import { ivr, temporaryFolder } from "../support/project";

// The command uses the current folder, which is the project's when npm runs it.
const cwd = temporaryFolder();
const run = (...args: string[]) => runIvr(args, { cwd });

it("creates a key pair and shows it", () => {
  const options = ["--bits", "2048", "--days", "30", "--subject", "CN=test, O=Example"];
  const { code, stdout, stderr } = ivr(["keys", "create", ...options], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^Key pair created \(\d+\.\d s\)\nThe certificate of the key pair primary expires on [\d-]{10}, in 30 days\. .*\n$/,
  );
  expect(stdout).toMatch(
    /^Key pair +primary\nFolder +keys\/primary\nKey +RSA, 2048 bits\nSubject +CN=test, O=Example\n/,
  );
  expect(stdout).toContain("(30 days left)");
  expect(statSync(join(cwd, "keys")).mode & 0o777).toBe(0o700);
  expect(statSync(join(cwd, "keys/primary")).mode & 0o777).toBe(0o700);
  expect(statSync(join(cwd, "keys/primary/private-key.pem")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(cwd, "keys/primary/private-key.pem"), "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
});

it("never overwrites a key pair", () => {
  const before = readFileSync(join(cwd, "keys/primary/private-key.pem"));
  const { code, stdout, stderr } = ivr(["keys", "create"], { cwd });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe("keys/primary already exists and was not changed: choose another name, or remove the folder.\n");
  expect(readFileSync(join(cwd, "keys/primary/private-key.pem")).equals(before)).toBe(true);
});

it("inspects a key pair, also as JSON", async () => {
  expect(await run("keys", "inspect")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Files match {2}yes$/m),
  });
  const { code, stdout } = await run("keys", "inspect", "primary", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    name: "primary",
    keyBits: 2048,
    subject: "CN=test, O=Example",
    notBefore: expect.stringMatching(/^\d{4}-.*Z$/),
    notAfter: expect.stringMatching(/^\d{4}-.*Z$/),
    daysLeft: 30,
    fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    privateKey: "present",
    belongTogether: true,
    problems: [],
    warnings: [expect.stringContaining("in 30 days")],
  });
});

it("imports an existing key pair", async () => {
  const pair = await smallKeyPair();
  writeFileSync(join(cwd, "old.key"), pair.privateKey);
  writeFileSync(join(cwd, "old.pem"), pair.certificate);
  const files = ["--private-key", "old.key", "--certificate", "old.pem"];
  const { code, stdout, stderr } = await run("keys", "create", "old", ...files, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ name: "old", belongTogether: true });
  const certificate = new X509Certificate(readFileSync(join(cwd, "keys/old/certificate.pem")));
  expect(certificate.fingerprint256).toBe(new X509Certificate(pair.certificate).fingerprint256);
});

it("reports files of different key pairs, and exits 1", async () => {
  writeFileSync(join(cwd, "keys/old/public-key.pem"), (await smallKeyPair()).publicKey);
  const { code, stdout, stderr } = await run("keys", "inspect", "old", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ belongTogether: false });
  expect(stderr).toMatch(/^keys\/old\/public-key\.pem and keys\/old\/certificate\.pem belong to different key pairs/);
});

it.each<[number, RegExp, string[]]>([
  [
    1,
    /^keys\/none does not exist: create the key pair with "npm run ivr -- keys create none"/,
    ["keys", "inspect", "none"],
  ],
  [1, /^"Not A Name" is not a key pair name/, ["keys", "create", "Not A Name"]],
  [1, /^"\.\.\/up" is not a key pair name/, ["keys", "inspect", "../up"]],
  [1, /^A key of 1024 bits cannot be used/, ["keys", "create", "weak", "--bits", "1024"]],
  [1, /^"x" is not a distinguished name/, ["keys", "create", "weak", "--subject", "x"]],
  [1, /^"CN=" is not a distinguished name/, ["keys", "create", "weak", "--subject", "CN="]],
  [
    1,
    /^nowhere\.key does not exist/,
    ["keys", "create", "new", "--private-key", "nowhere.key", "--certificate", "old.pem"],
  ],
  [
    1,
    /^old\.pem is not a private key in PEM form/,
    ["keys", "create", "new", "--private-key", "old.pem", "--certificate", "old.pem"],
  ],
  [
    1,
    /^keys\/primary\/certificate\.pem does not belong to old\.key/,
    ["keys", "create", "new", "--private-key", "old.key", "--certificate", "keys/primary/certificate.pem"],
  ],
  [
    2,
    /^error: --private-key and --certificate must be used together/,
    ["keys", "create", "new", "--private-key", "old.key"],
  ],
  [
    2,
    /^error: --days, --bits and --subject are for a new key pair/,
    ["keys", "create", "new", "--private-key", "a", "--certificate", "b", "--days", "3"],
  ],
  [2, /^error: option '--days <number>' argument '-1' is invalid/, ["keys", "create", "new", "--days", "-1"]],
  [2, /It must be a whole number of at least 1\./, ["keys", "create", "new", "--days", "0"]],
  [2, /^error: unknown option '--nope'/, ["keys", "create", "--nope"]],
  [2, /^error: unknown command 'destroy'/, ["keys", "destroy"]],
])("exits %i with %s", async (expected, sentence, args) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([expected, ""]);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stderr.replace("See --help.\n", "").trim().split("\n")).toHaveLength(1);
});

it("exits 2 from a process with a wrong command line", () => {
  expect(ivr(["keys", "create", "--nope"], { cwd })).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: unknown option '--nope'\nSee --help.\n",
  });
});

it("leaves nothing behind after an error", () => {
  expect(readdirSync(join(cwd, "keys")).sort()).toEqual(["old", "primary"]);
  expect(existsSync(join(cwd, "up"))).toBe(false);
});
