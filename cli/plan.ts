import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Command } from "commander";
import { checkTerraform } from "../deployment-checks/tools";
import { digestOf } from "../plan-review/digest";
import { markdownOf } from "../plan-review/markdown";
import { summaryOf } from "../plan-review/summary";
import { readPlan } from "../plan-review/terraform-plan";
import { printPlan } from "./plan-summary";
import { targetOf } from "./plan-target";
import { withProgress } from "./progress";

const MOST_BYTES = 256 * 1024 * 1024;

interface Options {
  json?: boolean;
  out?: string;
  markdown?: string;
  expect?: string;
}

export const planCommand = (): Command =>
  new Command("plan")
    .description("synthesize, plan with Terraform, and sum the plan up; changes nothing that is deployed")
    .option("--out <file>", "keep Terraform's plan, which may hold sensitive values")
    .option("--markdown <file>", "write the comment for a pull request, too")
    .option("--expect <digest>", "fail, and keep nothing, unless the plan is the one with this digest (of --json)")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run plan -- --out reviewed.tfplan")
    .action(plan);

async function plan({ json, expect, ...files }: Options): Promise<void> {
  const out = files.out === undefined ? undefined : targetOf("--out", files.out);
  const markdown = files.markdown === undefined ? undefined : targetOf("--markdown", files.markdown);
  if (out !== undefined && out === markdown) {
    throw new Error("--out and --markdown name the same file: give each its own.");
  }
  const installed = checkTerraform();
  if (installed.status === "failed") throw new Error(`Terraform: ${installed.sentence} ${installed.remedy}`);
  const { configFile, loadSettings } = await import("../settings/settings");
  const settings = loadSettings(configFile(process.env));
  const stackDir = await withProgress("Synthesizing …", "Synthesized", async () => {
    const { synthesize } = await import("../infrastructure/synthesize");
    try {
      return await synthesize({
        settings,
        projectDir: process.cwd(),
        outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out",
        environment: process.env,
        warn: console.error,
      });
    } finally {
      await takeSignals();
    }
  });
  // Readable to its owner alone, and gone at the end, however that comes: a plan may hold sensitive values.
  const folder = mkdtempSync(join(tmpdir(), "ivr-plan-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const file = join(folder, "plan.tfplan");
  await withProgress("Planning …", "Planned", async () => {
    await terraform(stackDir, "init", "-input=false", "-no-color");
    await terraform(stackDir, "plan", "-input=false", "-no-color", `-out=${file}`);
  });
  const summary = summaryOf(readPlan(await terraform(stackDir, "show", "-json", file), "Terraform's plan"));
  if (expect !== undefined && expect !== digestOf(summary)) {
    printPlan(summary, { json, text: true });
    throw new Error(
      "This is not the plan that was reviewed, but the one above: review it, and start again from there.",
    );
  }
  chmodSync(file, 0o600);
  if (out !== undefined) copyFileSync(file, out);
  if (markdown !== undefined) writeFileSync(markdown, markdownOf(summary));
  printPlan(summary, { json, text: true });
}

/** Waited for without a pause, also when it is interrupted: it ends by itself then, and lets go of the state's lock. */
async function terraform(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr, error } = spawnSync("terraform", [command, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
  });
  await takeSignals();
  if (error) throw error;
  if (status !== 0) throw new Error(`terraform ${command} failed. Terraform says:\n${stderr.trim()}`);
  return stdout;
}

/** What came during work without a pause, such as Ctrl-C, ends the process here: one whole turn of the event loop. */
async function takeSignals(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
