import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
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

it("npm start makes a key pair once, and plays a valid test card without a terminal", () => {
  const start = () => runCommand("npm", ["start", "--silent"], { cwd: project });
  const first = start();
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/Outcome: {2}accepted \(\d\.\d s\)\n$/);
  expect(first.stderr).toContain("Local key pair made, in .ivr/keys/local");
  const made = statSync(join(project, ".ivr/keys/local/private-key.pem")).mtimeMs;
  const second = start();
  expect(second.code).toBe(0);
  expect(second.stderr).not.toContain("key pair");
  expect(statSync(join(project, ".ivr/keys/local/private-key.pem")).mtimeMs).toBe(made);
});

it("prints one JSON object a line, and everything else on stderr", () => {
  const { code, stdout, stderr } = run("call", "--json", "--keys", "1# 4111111111111111#");
  expect(code).toBe(0);
  const events = json(stdout);
  expect(events.map(({ type }) => type)).toEqual([
    ...["prompt", "prompt", "keys", "flow-log", "function-log", "flow-log", "prompt"],
    ...["prompt", "keys", "flow-log", "function-log", "flow-log", "prompt", "end"],
  ]);
  expect(events[2]).toEqual({ type: "keys", count: 1 });
  expect(events[3].entry.ContactFlowModuleType).toBe("StoreUserInput");
  expect(events[5].entry.ContactFlowModuleType).toBe("InvokeExternalResource");
  expect(events.at(-1)).toEqual({ type: "end", outcome: "accepted", durationMs: expect.any(Number) });
  expect(stderr).toMatch(/^Stack synthesized, function built/);
});

it.each<[string, string, number, string]>([
  ["a second try", "4111111111111112# 4111111111111111#", 0, "accepted"],
  ["three failures", "1# 2# 3#", 3, "attempts-exhausted"],
  ["silence", "- - -", 3, "attempts-exhausted"],
  ["a caller who hangs up", "", 3, "hung-up"],
])("exits by the outcome of %s", (_, keys, code, outcome) => {
  const result = run("call", "--json", "--keys", keys);
  expect(result.code).toBe(code);
  expect(json(result.stdout).at(-1)).toMatchObject({ type: "end", outcome });
});

it("makes a new local key pair when the old one has expired", async () => {
  const local = join(project, ".ivr/keys/local");
  const pair = await smallKeyPair();
  rmSync(local, { recursive: true });
  writeKeyPair(local, { ...pair, certificate: await certificateFor(pair, { toDay: -1 }) });
  const { code, stderr } = run("call");
  expect(code).toBe(0);
  expect(stderr).toContain("Local key pair made");
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
  ])("%s", (_, text, sentence) => {
    const config = join(folder, "wrong.json");
    writeFileSync(config, text);
    const { code, stdout, stderr } = ivr(["call"], { cwd: project, env: { IVR_CONFIG: config } });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("a step that cannot be simulated", () => {
    const other = copyOfProject(join(folder, "other"));
    const flow = join(other, "flows/card-number.ts");
    expect(existsSync(flow)).toBe(true);
    runCommand("sed", ["-i", 's/"UpdateFlowLoggingBehavior"/"GetWeather"/', join(other, "flows/steps.ts")]);
    const { code, stderr } = runCommand("node", ["--import", "tsx", "cli/ivr.ts", "call"], { cwd: other });
    expect(code).toBe(1);
    expect(stderr).toContain("stop-logging: the action type GetWeather is not known");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it("shows help, and knows its commands", () => {
  const { code, stdout } = run("--help");
  expect(code).toBe(0);
  for (const command of ["call", "keys", "inspect"]) expect(stdout).toContain(`  ${command}`);
});
