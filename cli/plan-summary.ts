import { Command } from "commander";
import { digestOf } from "../plan-review/digest";
import { markdownOf } from "../plan-review/markdown";
import { printableJson } from "../plan-review/safe-output";
import { summaryOf } from "../plan-review/summary";
import { MAX_PLAN_BYTES, PLAN_COMMAND, readPlan, type TerraformPlan } from "../plan-review/terraform-plan";
import { printLine } from "./output";
import { planText } from "./plan-view";
import { endOnSignals } from "./signals";
import { decodeText, MEGABYTE, readStart, STDIN } from "./text-file";

interface PlanFormat {
  json?: boolean;
  text?: boolean;
}

export const planSummaryCommand = (): Command =>
  new Command("plan-summary")
    .argument("<plan>", `output of ${PLAN_COMMAND}; "-" for stdin`)
    .description("summarize a Terraform plan: as text on a terminal, else as Markdown for a pull request")
    .option("--text", "print text also if the output is not a terminal")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExample: npm run ivr -- plan-summary --text __tests__/fixtures/plans/rotation-add.golden.json",
    )
    .action((name: string, format: PlanFormat) => {
      endOnSignals();
      printPlan(readPlan(readText(name), sourceOf(name)), format);
    });

const sourceOf = (name: string): string => (name === STDIN ? "stdin" : name);

function readText(name: string): string {
  const reject = (problem: string): never => {
    throw new Error(`${sourceOf(name)} ${problem}. Name a file with the output of ${PLAN_COMMAND}.`);
  };
  let bytes: Buffer;
  try {
    bytes = readStart(name, MAX_PLAN_BYTES);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return reject(code === "EISDIR" ? "is a folder" : `cannot be read (${code})`);
  }
  if (bytes.length > MAX_PLAN_BYTES) reject(`is larger than ${MAX_PLAN_BYTES / MEGABYTE} MB`);
  if (bytes.subarray(0, 2).toString("latin1") === "PK") reject("is Terraform's own plan file, not JSON");
  try {
    return decodeText(bytes);
  } catch {
    return reject("is not text in UTF-8 or UTF-16");
  }
}

/** Prints Markdown if the output is not a terminal and no format is given. */
export function printPlan(plan: TerraformPlan, { json, text }: PlanFormat): void {
  const summary = summaryOf(plan);
  if (json) process.stdout.write(`${printableJson({ digest: digestOf(plan), ...summary })}\n`);
  else if (text || process.stdout.isTTY) for (const line of planText(summary)) process.stdout.write(`${line}\n`);
  else for (const line of markdownOf(summary).trimEnd().split("\n")) printLine(line);
}
