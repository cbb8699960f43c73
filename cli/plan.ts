import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { checkTerraform } from "../checks/tools";
import { digestOf } from "../plan/digest";
import { markdownOf } from "../plan/markdown";
import { summaryOf } from "../plan/summary";
import { readPlan } from "../plan/terraform-plan";
import { printPlan } from "./plan-summary";
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

async function plan({ json, out, markdown, expect }: Options): Promise<void> {
  const installed = checkTerraform();
  if (installed.status === "failed") throw new Error(`Terraform: ${installed.sentence} ${installed.remedy}`);
  const { configFile, loadSettings } = await import("../infrastructure/settings");
  const settings = loadSettings(configFile(process.env));
  const stackDir = await withProgress("Synthesizing …", "Synthesized", async () => {
    const { synthesize } = await import("../infrastructure/synthesize");
    return synthesize({
      settings,
      projectDir: process.cwd(),
      outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out",
      environment: process.env,
      warn: console.error,
    });
  });
  // Readable to its owner alone, and gone at the end, however that comes: a plan may hold sensitive values.
  const folder = mkdtempSync(join(tmpdir(), "ivr-plan-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const file = join(folder, "plan.tfplan");
  await withProgress("Planning …", "Planned", async () => {
    terraform(stackDir, "init", "-input=false", "-no-color");
    terraform(stackDir, "plan", "-input=false", "-no-color", `-out=${file}`);
  });
  const summary = summaryOf(readPlan(terraform(stackDir, "show", "-json", file), "Terraform's plan"));
  if (expect !== undefined && expect !== digestOf(summary)) {
    printPlan(summary, { json, text: true });
    throw new Error(
      "This is not the plan that was reviewed, but the one above: review it, and start again from there.",
    );
  }
  chmodSync(file, 0o600);
  if (out !== undefined) copyFileSync(file, resolve(out));
  if (markdown !== undefined) writeFileSync(resolve(markdown), markdownOf(summary));
  printPlan(summary, { json, text: true });
}

function terraform(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync("terraform", [command, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`terraform ${command} failed. Terraform says:\n${stderr.trim()}`);
  return stdout;
}
