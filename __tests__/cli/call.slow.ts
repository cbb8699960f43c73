import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeKeyPair, keyPairFiles } from "../../encryption/key-pair-files";
import { CallProject, IVR } from "../support/call-project";
import { copyOfProject, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let project: CallProject;
beforeAll(async () => {
  project = await CallProject.create(join(folder, "project"));
});

it("two first calls at the same time both succeed, and leave only the key pair", async () => {
  const cwd = copyOfProject(join(folder, "first"));
  const start = () =>
    new Promise((resolve) => {
      spawn(process.execPath, [...IVR, "call"], { cwd })
        .once("exit", resolve)
        .stdout.resume();
    });
  expect(await Promise.all([start(), start()])).toEqual([0, 0]);
  expect(readdirSync(join(cwd, ".ivr"))).toEqual(["keys"]);
  expect(readdirSync(join(cwd, ".ivr/keys"))).toEqual(["local"]);
  expect(describeKeyPair(keyPairFiles(join(cwd, ".ivr/keys/local")), new Date()).keyBits).toBe(4096);
});

it("prints nothing about unused keys if the call used all of them", () => {
  const { code, stderr } = project.ivr(["call", "--json", "--keys", "1# 4111111111111111# 1240# 123#"]);
  expect(code).toBe(0);
  expect(stderr).not.toContain("not played");
});

it("leaves no files behind when it is terminated", async () => {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const child = spawn(process.execPath, [...IVR, "call"], {
    cwd: project.folder,
    env: { ...process.env, TMPDIR: temporary },
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)))).toBe("SIGTERM");
  expect(readdirSync(temporary).filter((name) => name.startsWith("ivr-"))).toEqual([]);
  expect(readdirSync(join(project.folder, ".ivr"))).toEqual(["keys"]);
});

describe("a wrong command line exits with 2 and one sentence", () => {
  it.each([
    ["an unknown option", ["--nope"], "error: unknown option '--nope'"],
    ["an unexpected argument", ["me"], "error: too many arguments for 'call'. Expected 0 arguments but got 1."],
    [
      "characters that are not on a telephone",
      ["--keys", "hello"],
      "error: Word 1 of the keys contains a character that is not on a telephone",
    ],
    ["a missing value", ["--keys"], "error: option '--keys <script>' argument missing"],
  ])("%s", (_, args, sentence) => {
    const { code, stdout, stderr } = project.ivr(["call", ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
  });
});

describe("an error exits with 1 and one sentence", () => {
  it.each([
    ["an unusable configuration", '{"stage":"NO"}', "wrong.json cannot be used: stage: must be up to 16"],
    ["an unreadable configuration", "{", "wrong.json cannot be read: "],
    ["an empty configuration", "null", "wrong.json contains no configuration"],
  ])("%s", (_, text, sentence) => {
    const config = join(folder, "wrong.json");
    writeFileSync(config, text);
    const { code, stdout, stderr } = project.ivr(["call"], { IVR_CONFIG: config });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("a step that cannot be simulated", async () => {
    const other = await CallProject.create(join(folder, "other"));
    other.edit("flows/steps.ts", '"UpdateFlowLoggingBehavior"', '"GetWeather"');
    const { code, stderr } = other.ivr(["call"]);
    expect(code).toBe(1);
    expect(stderr).toContain("GetWeather");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it("asks for a secret that the stack takes from a variable, and for nothing else", () => {
  const config = join(folder, "payment.json");
  writeFileSync(config, JSON.stringify({ payment: { connector: "https", url: "https://payments.example/" } }));
  const callWith = (env: Record<string, string>) => project.ivr(["call", "--keys", ""], { IVR_CONFIG: config, ...env });
  const missing = callWith({});
  expect(missing.code).toBe(1);
  expect(missing.stdout.trim()).toBe("");
  expect(missing.stderr).toMatch(/\nSet TF_VAR_payment_secret to the bearer secret of the payment endpoint\.\n$/);
  // any outcome but accepted
  expect(callWith({ TF_VAR_payment_secret: "s" })).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("hung-up"),
  });
});
