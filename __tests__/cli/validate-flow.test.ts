import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIvr } from "../support/cli";
import { exportedFile, exportedFlow, withStep } from "../support/flows";
import { ivr, temporaryFolder } from "../support/project";

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
