import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { runIvr } from "../support/cli";
import { exportedFile, exportedFlow, withStep } from "../support/flows";
import { ivr, PROJECT_DIR, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const GOOD = exportedFile("inbound");
const bad = join(folder, "bad.json");
const slow = withStep(exportedFlow("encrypted-input"), "Decrypt", (step) => {
  step.Parameters.InvocationTimeLimitSeconds = "9";
});
writeFileSync(bad, JSON.stringify(slow));

it("reports files without a problem", () => {
  expect(ivr(["validate-flow", GOOD, exportedFile("described")])).toEqual({
    code: 0,
    stdout: `${GOOD}: no problem\n${exportedFile("described")}: no problem\n0 problems in 2 files\n`,
    stderr: "",
  });
});

it("prints a problem in one line: the file, the step, the path, the problem and the correction", async () => {
  const { code, stdout, stderr } = await runIvr(["validate-flow", GOOD, bad]);
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout.split("\n")).toEqual([
    `${GOOD}: no problem`,
    `${bad}: step "Decrypt": Parameters.InvocationTimeLimitSeconds is not a whole number from 1 to 8; write "1" to "8"`,
    "1 problem in 2 files",
    "",
  ]);
});

it("prints one JSON object", async () => {
  const { code, stdout } = await runIvr(["validate-flow", GOOD, bad, "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    files: [
      { file: GOOD, problems: [] },
      {
        file: bad,
        problems: [
          {
            step: "Decrypt",
            path: "Parameters.InvocationTimeLimitSeconds",
            rule: "lambda-time-limit",
            problem: "is not a whole number from 1 to 8",
            instead: 'write "1" to "8"',
          },
        ],
      },
    ],
    problems: 1,
  });
});

it("reads stdin", () => {
  expect(ivr(["validate-flow", "-"], { input: readFileSync(bad, "utf8") })).toMatchObject({ code: 1 });
  expect(ivr(["validate-flow", "-"], { input: readFileSync(GOOD, "utf8") }).stdout).toContain("stdin: no problem");
});

it("reads files that begin with a byte order mark, in UTF-8 and in UTF-16", async () => {
  const text = `\uFEFF${readFileSync(GOOD, "utf8")}`;
  const files = [Buffer.from(text), Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16()].map(
    (content, index) => {
      const file = join(folder, `marked-${index}.json`);
      writeFileSync(file, content);
      return file;
    },
  );
  expect(await runIvr(["validate-flow", ...files])).toMatchObject({ code: 0 });
});

it("reports a file that it cannot read in one sentence, and checks the others", async () => {
  const binary = join(folder, "binary.json");
  writeFileSync(binary, Buffer.from([0x7b, 0xc3, 0x28, 0x7d]));
  const secret = join(folder, "secret.json");
  writeFileSync(secret, "4111111111111111 is no flow");
  const { code, stdout, stderr } = await runIvr(["validate-flow", "missing.json", folder, binary, secret, GOOD]);
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout.split("\n")).toEqual([
    "missing.json: cannot be read (ENOENT); check the path and its permissions",
    `${folder}: cannot be read (EISDIR); check the path and its permissions`,
    `${binary}: is not text in UTF-8 or UTF-16; export the flow again`,
    `${secret}: is not JSON; export the flow again`,
    `${GOOD}: no problem`,
    "4 problems in 5 files",
    "",
  ]);
});

it("needs a file, and rejects an unknown option", async () => {
  expect(await runIvr(["validate-flow"])).toMatchObject({ code: 2, stdout: "" });
  expect(await runIvr(["validate-flow", GOOD, "--fix"])).toMatchObject({ code: 2, stdout: "" });
});

it("reads no more than the largest flow can have", async () => {
  const { code, stdout } = await runIvr(["validate-flow", "/dev/zero"]);
  expect(code).toBe(1);
  expect(stdout).toContain("/dev/zero: is larger than 4 MB; name a file with one flow\n");
});

it("checks deeply nested JSON", async () => {
  const file = join(folder, "nested.json");
  writeFileSync(file, "[".repeat(500_000) + "]".repeat(500_000));
  expect((await runIvr(["validate-flow", file])).stdout).toContain(
    `${file}: is not a flow, or is nested more than 100`,
  );
});

it("prints the first 200 problems of a file, and all with --json", async () => {
  const file = join(folder, "many.json");
  const flow = withStep(exportedFlow("encrypted-input"), "Sorry", (step) => {
    step.Parameters.Text = Array(300).fill("");
  });
  writeFileSync(file, JSON.stringify(flow));
  const { stdout } = await runIvr(["validate-flow", file]);
  expect(stdout.split("\n").slice(199)).toEqual([
    expect.stringContaining("Parameters.Text[199] is empty"),
    `${file}: 100 more problems; --json prints all of them`,
    "300 problems in 1 file",
    "",
  ]);
  expect(JSON.parse((await runIvr(["validate-flow", file, "--json"])).stdout).files[0].problems).toHaveLength(300);
});

it.each([
  ["validate-flow", "SIGINT"],
  ["plan-summary", "SIGTERM"],
] as const)("%s ends at once by %s, also while it does nothing else than read", async (command, signal) => {
  const pipe = join(folder, command);
  expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
  const child = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", command, pipe], { cwd: PROJECT_DIR });
  const ended = once(child, "exit");
  // Opening waits until the command reads, which then waits for the end of the file.
  const writer = await open(pipe, "w");
  try {
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
  } finally {
    await writer.close();
    child.kill("SIGKILL");
  }
});
