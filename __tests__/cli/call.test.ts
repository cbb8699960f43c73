import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { callCommand } from "../../cli/call";
import { CallProject, eventsIn, IVR } from "../support/call-project";
import { runCommand, temporaryFolder } from "../support/project";

// First calls, and more wrong configurations: call.slow.ts
const folder = temporaryFolder();
let project: CallProject;
beforeAll(async () => {
  project = await CallProject.create(join(folder, "project"));
});

it("npm start without a terminal plays a valid test card, with the existing key pair", () => {
  const modified = () => statSync(join(project.folder, ".ivr/keys/local/private-key.pem")).mtimeMs;
  const before = modified();
  const { code, stdout, stderr } = runCommand("npm", ["start", "--silent"], { cwd: project.folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^ {10}encrypted \(\d+ characters, key [\da-f]{8}…\) → decrypt-customer-input:\n {10}accepted, visa, \d+ ms$/m,
  );
  expect(stdout).toMatch(/^ {10}decrypt-customer-input submit: accepted, visa, \d+ ms$/m);
  expect(stdout).not.toMatch(/AYAD|ContactFlowModuleType|"level"/);
  expect(stdout).toMatch(/Outcome: {2}accepted \(\d+\.\d s\)\n {10}--logs also shows .*\n$/);
  expect(stderr).not.toContain("key pair");
  expect(modified()).toBe(before);
});

it("--logs prints what Connect and the function log", () => {
  const { stdout } = project.ivr(["call", "--logs"]);
  expect(stdout).toMatch(/Outcome: {2}accepted \(\d+\.\d s\)\n$/);
  // Of each type, the first entry with an input is shown in full; the entry of prepare before it has none.
  expect(stdout).toMatch(/^Flow log {2}InvokeExternalResource {"operation": "prepare", /m);
  const inFull = stdout.match(/"ContactFlowModuleType": "\w+"|^ +"operation": "\w+",$/gm);
  expect(inFull?.map((line) => line.trim())).toEqual([
    '"ContactFlowModuleType": "StoreUserInput"',
    '"ContactFlowModuleType": "InvokeExternalResource"',
    '"operation": "check",',
  ]);
});

it("prints one JSON object per line, and everything else on stderr, without unused keys", () => {
  const { code, stdout, stderr } = project.ivr([
    ...["call", "--json", "--keys"],
    "1# 4111111111111111# 1240# 123# 7531# -",
  ]);
  expect(code).toBe(0);
  const events = eventsIn(stdout);
  expect(events.map(({ type }) => type).filter((type) => type !== "metrics")).toEqual([
    ...["function-log", "flow-log"],
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
  expect(stderr).toMatch(/^2 words of the keys were not played: the call had ended\.$/m);
  expect(stderr).not.toContain("7531#");
});

it("leaves no files behind when it is interrupted", async () => {
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const child = spawn(process.execPath, [...IVR, "call"], {
    cwd: project.folder,
    env: { ...process.env, TMPDIR: temporary },
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGINT"); // SIGTERM: call.slow.ts
  expect(await new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)))).toBe("SIGINT");
  expect(readdirSync(temporary).filter((name) => name.startsWith("ivr-"))).toEqual([]);
  expect(readdirSync(join(project.folder, ".ivr"))).toEqual(["keys"]);
});

// Commander's errors exit with 2: one command in a process shows it.
it("exits with 2 and one sentence after a wrong command line", () => {
  const { code, stdout, stderr } = project.ivr(["dial"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("error: unknown command 'dial'");
});

it.each([
  ["an unknown option", ["--nope"], "error: unknown option '--nope'"],
  ["an unexpected argument", ["me"], "error: too many arguments for 'call'. Expected 0 arguments but got 1."],
  [
    "characters that are not on a telephone",
    ["--keys", "hello"],
    "error: Word 1 of the keys contains a character that is not on a telephone",
  ],
  ["a missing value", ["--keys"], "error: option '--keys <script>' argument missing"],
])("rejects %s", async (_, args, sentence) => {
  let written = "";
  const writeErr = (text: string) => {
    written += text;
  };
  const ivr = new Command("ivr").exitOverride().configureOutput({ writeErr });
  ivr.addCommand(callCommand().copyInheritedSettings(ivr));
  const parsing = ivr.parseAsync(["call", ...args], { from: "user" });
  await expect(parsing).rejects.toMatchObject({ name: "CommanderError" });
  expect(written).toContain(sentence);
});

it("exits with 1 and one sentence, with the line, for an ivr.config.ts with a syntax error", () => {
  project.write("wrong.ts", 'export default {\n  stage: "dev"\n  region: "us-east-1",\n};\n');
  const { code, stderr } = project.ivr(["call"], { IVR_CONFIG: join(project.folder, "wrong.ts") });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^wrong\.ts cannot be read: line 3:2: ERROR: Expected "}" but found "region"\n$/);
});

it("shows help with the commands", () => {
  const { code, stdout } = project.ivr(["--help"]);
  expect(code).toBe(0);
  for (const command of ["call", "keys", "inspect"]) expect(stdout).toContain(`  ${command}`);
});
