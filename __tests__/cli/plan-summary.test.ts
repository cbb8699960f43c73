import { readFileSync } from "node:fs";
import { digestOf } from "../../plan-review/digest";
import { summaryOf } from "../../plan-review/summary";
import { runIvr } from "../support/cli";
import { planFile, readPlanFile } from "../support/plans";
import { ivr } from "../support/project";

it("reads stdin and prints JSON", () => {
  const input = readFileSync(planFile("bad-kms"), "utf8");
  const { code, stdout, stderr } = ivr(["plan-summary", "-", "--json"], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const plan = readPlanFile("bad-kms");
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify({ digest: digestOf(plan), ...summaryOf(plan) })));
});

it("prints text in 80 columns with --text", async () => {
  const { code, stdout } = await runIvr(["plan-summary", planFile("field-added"), "--text"]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^\d+ changed; /);
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it("prints Markdown into a file or a pipe", async () => {
  const { code, stdout } = await runIvr(["plan-summary", planFile("bad-kms")]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${readFileSync(planFile("bad-kms").replace(/json$/, "md"), "utf8").trimEnd()}\n`,
  });
});

it.each([
  ["cli", "cli is a folder"],
  ["missing.json", "missing.json cannot be read (ENOENT)"],
])("reports in one sentence that %s cannot be read", async (name, problem) => {
  expect(await runIvr(["plan-summary", name])).toEqual({
    code: 1,
    stdout: "",
    stderr: `${problem}. Name a file with the output of "terraform show -json PLAN".\n`,
  });
});
