import { readFileSync } from "node:fs";
import { Command } from "commander";
import { digestOf } from "../plan-review/digest";
import { markdownOf } from "../plan-review/markdown";
import { type PlanSummary, summaryOf } from "../plan-review/summary";
import { readPlan } from "../plan-review/terraform-plan";
import { printJson, printLine } from "./output";
import { planText } from "./plan-view";

const STDIN = "-";

interface Options {
  json?: boolean;
  text?: boolean;
}

export const planSummaryCommand = (): Command =>
  new Command("plan-summary")
    .argument("<plan>", 'what "terraform show -json PLAN" printed; "-" for stdin')
    .description("sum up a Terraform plan: as the comment of a pull request, or on a terminal as text")
    .option("--text", "print text, not Markdown, elsewhere too")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExample: npm run ivr -- plan-summary --text __tests__/fixtures/plans/rotation-add.golden.json",
    )
    .action((name: string, options: Options) => {
      printPlan(summaryOf(readPlan(contentOf(name), name === STDIN ? "stdin" : name)), options);
    });

function contentOf(name: string): string {
  try {
    return readFileSync(name === STDIN ? 0 : name, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new Error(`${name} ${what}: name a file with what "terraform show -json PLAN" prints.`);
  }
}

export function printPlan(summary: PlanSummary, { json, text }: Options): void {
  if (json) printJson({ digest: digestOf(summary), ...summary });
  else if (text || process.stdout.isTTY) for (const line of planText(summary)) process.stdout.write(`${line}\n`);
  else for (const line of markdownOf(summary).trimEnd().split("\n")) printLine(line);
}
