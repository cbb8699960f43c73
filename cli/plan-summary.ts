import { readFileSync } from "node:fs";
import { Command } from "commander";
import { markdownOf } from "../plan-review/markdown";
import { digestOf, type PlanSummary, summaryOf } from "../plan-review/summary";
import { readPlan } from "../plan-review/terraform-plan";
import { printJson, printLine } from "./output";
import { planText } from "./plan-view";
import { endOnSignals } from "./signals";

const STDIN = "-";

interface PlanFormat {
  json?: boolean;
  text?: boolean;
}

export const planSummaryCommand = (): Command =>
  new Command("plan-summary")
    .argument("<plan>", 'output of "terraform show -json PLAN"; "-" for stdin')
    .description("summarize a Terraform plan: as text on a terminal, else as Markdown for a pull request")
    .option("--text", "print text also if the output is not a terminal")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExample: npm run ivr -- plan-summary --text __tests__/fixtures/plans/rotation-add.golden.json",
    )
    .action((name: string, format: PlanFormat) => {
      endOnSignals();
      printPlan(summaryOf(readPlan(readText(name), name === STDIN ? "stdin" : name)), format);
    });

function readText(name: string): string {
  try {
    return readFileSync(name === STDIN ? 0 : name, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new Error(`${name} ${problem}. Name a file with the output of "terraform show -json PLAN".`);
  }
}

/** Prints Markdown if the output is not a terminal and no format is given. */
export function printPlan(summary: PlanSummary, { json, text }: PlanFormat): void {
  if (json) printJson({ digest: digestOf(summary), ...summary });
  else if (text || process.stdout.isTTY) for (const line of planText(summary)) process.stdout.write(`${line}\n`);
  else for (const line of markdownOf(summary).trimEnd().split("\n")) printLine(line);
}
