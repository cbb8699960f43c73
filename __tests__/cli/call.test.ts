import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyOfProject, ivr, runCommand, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let project: string;
beforeAll(() => {
  project = copyOfProject(join(folder, "project"));
});
const run = (...args: string[]) => ivr(args, { cwd: project });
const json = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

it("two first calls at the same time both succeed, and leave nothing but the key pair", async () => {
  const start = () =>
    new Promise((resolve) => {
      spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", "call"], { cwd: project })
        .once("exit", resolve)
        .stdout.resume();
    });
  expect(await Promise.all([start(), start()])).toEqual([0, 0]);
  expect(readdirSync(join(project, ".ivr"))).toEqual(["keys"]);
  expect(readdirSync(join(project, ".ivr/keys"))).toEqual(["local"]);
});

it("npm start plays a valid test card without a terminal, with the key pair that is there", () => {
  const made = statSync(join(project, ".ivr/keys/local/private-key.pem")).mtimeMs;
  const { code, stdout, stderr } = runCommand("npm", ["start", "--silent"], { cwd: project });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Outcome: {2}accepted \(\d\.\d s\)\n$/);
  // in full the first that holds an input, of each kind, and not the prepare before it
  expect(stdout).toMatch(/^Flow log {2}InvokeExternalResource {"operation": "prepare", /m);
  const inFull = stdout.match(/"ContactFlowModuleType": "\w+"|^ +"operation": "\w+",$/gm);
  expect(inFull?.map((line) => line.trim())).toEqual([
    '"ContactFlowModuleType": "StoreUserInput"',
    '"ContactFlowModuleType": "InvokeExternalResource"',
    '"operation": "check",',
  ]);
  expect(stderr).not.toContain("key pair");
  expect(statSync(join(project, ".ivr/keys/local/private-key.pem")).mtimeMs).toBe(made);
});

it("prints one JSON object a line, and everything else on stderr", () => {
  const { code, stdout, stderr } = run("call", "--json", "--keys", "1# 4111111111111111# 1240# 123#");
  expect(code).toBe(0);
  // What the prepare logs comes when its process has started: on a busy machine after the first prompt.
  const events = json(stdout).filter(({ entry }) => entry?.operation !== "prepare");
  expect(events.map(({ type }) => type).filter((type) => type !== "metrics")).toEqual([
    "flow-log",
    ...Array(4).fill(["prompt", "keys", "flow-log", "function-log", "flow-log"]).flat(),
    ...["function-log", "flow-log", "prompt", "end"],
  ]);
  const ofType = (wanted: string) => events.filter(({ type }) => type === wanted);
  expect(ofType("keys")[0]).toEqual({ type: "keys", count: 1 });
  expect(ofType("metrics")[0].entry.namespace).toBe("ConnectSecureIvr");
  expect(ofType("flow-log").map(({ entry }) => entry.ContactFlowModuleType)).toEqual([
    "InvokeExternalResource",
    ...Array(4).fill(["StoreUserInput", "InvokeExternalResource"]).flat(),
    "InvokeExternalResource",
  ]);
  expect(events.at(-1)).toEqual({ type: "end", outcome: "accepted", durationMs: expect.any(Number) });
  expect(stderr).toMatch(/^Stack synthesized, function built/m);
  expect(stderr).not.toContain("not played");
});

it("says how many words of the keys the call has not heard, and never which", () => {
  const { code, stdout, stderr } = run("call", "--json", "--keys", "1# 4111111111111111# 1240# 123# 7531# -");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^2 words of the keys were not played: the call had ended\.$/m);
  expect(stderr).not.toContain("7531#");
  expect(json(stdout).at(-1)).toMatchObject({ outcome: "accepted" });
});

it("leaves nothing behind when it is interrupted", async () => {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", "call"], {
      cwd: project,
      env: { ...process.env, TMPDIR: temporary },
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill(signal);
    expect(await new Promise((resolve) => child.once("exit", (_, endedBy) => resolve(endedBy)))).toBe(signal);
  }
  expect(readdirSync(temporary).filter((name) => name.startsWith("ivr-"))).toEqual([]);
  expect(readdirSync(join(project, ".ivr"))).toEqual(["keys"]);
});

describe("a wrong command line exits 2, a fault 1, each with one sentence", () => {
  it.each([
    ["unknown options", ["call", "--nope"], "error: unknown option '--nope'"],
    ["superfluous arguments", ["call", "me"], "error: too many arguments for 'call'. Expected 0 arguments but got 1."],
    [
      "keys that no telephone has",
      ["call", "--keys", "hello"],
      "error: Word 1 of the keys holds something that a telephone has no key for",
    ],
    ["a missing value", ["call", "--keys"], "error: option '--keys <script>' argument missing"],
    ["unknown commands", ["ring"], "error: unknown command 'ring'"],
  ])("%s", (_, args, sentence) => {
    const { code, stdout, stderr } = run(...(args as string[]));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
  });

  it.each<[string, string, string]>([
    ["a configuration that cannot be used", '{"stage":"NO"}', "wrong.json cannot be used: stage: must be up to 16"],
    ["a configuration that cannot be read", "{", "wrong.json cannot be read: "],
    ["a configuration that is none", "null", "wrong.json contains no configuration"],
  ])("%s", (_, text, sentence) => {
    const config = join(folder, "wrong.json");
    writeFileSync(config, text);
    const { code, stdout, stderr } = ivr(["call"], { cwd: project, env: { IVR_CONFIG: config } });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("a mistyped ivr.config.ts, by line", () => {
    const config = join(folder, "mistyped.ts");
    writeFileSync(config, 'export default {\n  stage: "dev"\n  region: "us-east-1",\n};\n');
    const { code, stderr } = ivr(["call"], { cwd: project, env: { IVR_CONFIG: config } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mistyped\.ts cannot be read: line 3:2: ERROR: Expected "}" but found "region"\n$/);
  });

  it("a step that cannot be simulated", () => {
    const other = copyOfProject(join(folder, "other"));
    runCommand("sed", ["-i", 's/"UpdateFlowLoggingBehavior"/"GetWeather"/', join(other, "flows/steps.ts")]);
    const { code, stderr } = runCommand("node", ["--import", "tsx", "cli/ivr.ts", "call"], { cwd: other });
    expect(code).toBe(1);
    expect(stderr).toContain("GetWeather");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it("shows help, and knows its commands", () => {
  const { code, stdout } = run("--help");
  expect(code).toBe(0);
  for (const command of ["call", "keys", "inspect"]) expect(stdout).toContain(`  ${command}`);
});

it("asks for a secret that the stack takes from a variable, and needs no more", () => {
  const config = join(folder, "payment.json");
  writeFileSync(config, JSON.stringify({ payment: { connector: "https", url: "https://payments.example/" } }));
  const callWith = (env: Record<string, string>) =>
    ivr(["call", "--keys", ""], { cwd: project, env: { IVR_CONFIG: config, ...env } });
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
