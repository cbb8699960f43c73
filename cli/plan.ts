import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Command } from "commander";
import { checkTerraform } from "../deployment-checks/tools";
import { digestOf } from "../plan-review/digest";
import { markdownOf } from "../plan-review/markdown";
import { summaryOf } from "../plan-review/summary";
import { readPlan } from "../plan-review/terraform-plan";
import { printPlan } from "./plan-summary";
import { withProgress } from "./progress";
import { prepareSynthesis } from "./synthesis";
import { MEGABYTE } from "./text-file";

/** Of Terraform's output, such as a plan in JSON. The review rejects a plan that is much smaller. */
const MAX_OUTPUT_BYTES = 64 * MEGABYTE;

interface PlanOptions {
  json?: boolean;
  out?: string;
  markdown?: string;
  expect?: string;
}

export const planCommand = (): Command =>
  new Command("plan")
    .description("synthesize the stack, run terraform plan, and summarize the plan; deploys nothing")
    .option("--out <file>", "save Terraform's plan, which can contain sensitive values")
    .option("--markdown <file>", "also write the comment for a pull request")
    .option("--expect <digest>", "fail, and save nothing, unless the plan has this digest (from --json)")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run plan -- --out reviewed.tfplan")
    .action(plan);

async function plan({ json, expect, ...files }: PlanOptions): Promise<void> {
  const out = files.out === undefined ? undefined : outputFile("--out", files.out);
  const markdown = files.markdown === undefined ? undefined : outputFile("--markdown", files.markdown);
  if (out !== undefined && out === markdown) {
    throw new Error("--out and --markdown name the same file. Use two files.");
  }
  const installed = checkTerraform();
  if (installed.status === "failed") throw new Error(`Terraform: ${installed.sentence} ${installed.remedy}`);
  const synthesize = prepareSynthesis();
  const { configFile, loadSettings } = await import("../settings/settings");
  const settings = loadSettings(configFile(process.env));
  const stackDir = await withProgress("Synthesizing …", "Synthesized", () =>
    synthesize({
      settings,
      projectDir: process.cwd(),
      outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out",
      environment: process.env,
    }),
  );
  const { prepareState } = await import("../infrastructure/state/prepare-state");
  prepareState({ settings, projectDir: process.cwd(), stackDir, report: console.error });
  // A plan can contain sensitive values: only its owner can read it, and every exit of the process removes it.
  const folder = mkdtempSync(join(tmpdir(), "ivr-plan-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "plan.tfplan");
  await withProgress("Planning …", "Planned", async () => {
    await terraform(stackDir, "init", "-input=false", "-no-color");
    await terraform(stackDir, "plan", "-input=false", "-no-color", `-out=${file}`);
  });
  const reviewed = readPlan(await terraform(stackDir, "show", "-json", file), "Terraform's plan");
  if (expect !== undefined && expect !== digestOf(reviewed)) {
    printPlan(reviewed, { json, text: true });
    throw new Error("The plan above is not the plan that was reviewed. Review it, and use its digest with --expect.");
  }
  chmodSync(file, 0o600);
  if (out !== undefined) copyFileSync(file, out);
  if (markdown !== undefined) writeFileSync(markdown, markdownOf(summaryOf(reviewed)));
  printPlan(reviewed, { json, text: true });
}

/** Path of an option's file. Throws if the file cannot be written, so that the command fails before its work. */
function outputFile(option: string, name: string): string {
  const given = `${option} ${name === "" ? '""' : name}`;
  if (name === "") throw new Error(`${given} is empty. Name a file.`);
  const file = resolve(name);
  const folder = dirname(file);
  const existing = statSync(file, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw new Error(`${given} is a folder. Name a file in it.`);
  if (!existing && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${given} cannot be written: the folder ${folder} does not exist.`);
  }
  try {
    accessSync(existing ? file : folder, constants.W_OK);
  } catch {
    const place = existing ? "the file" : `the folder ${folder}`;
    throw new Error(`${given} cannot be written: you do not have write permission for ${place}.`);
  }
  return file;
}

/**
 * Runs Terraform synchronously. After Ctrl-C, Terraform ends by itself and releases the state's lock, and this process
 * waits until it has done so.
 */
async function terraform(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr, error } = spawnSync("terraform", [command, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  await flushPendingSignals();
  if (error && "code" in error && error.code === "ENOBUFS") {
    throw new Error(
      `terraform ${command} printed more than ${MAX_OUTPUT_BYTES / MEGABYTE} MB. Check the configuration.`,
    );
  }
  if (error) throw error;
  if (status !== 0) throw new Error(`terraform ${command} failed. Terraform reports:\n${stderr.trim()}`);
  return stdout;
}

/** A signal that arrived during synchronous work, such as Ctrl-C, is handled here: that takes two turns of the event loop. */
async function flushPendingSignals(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
