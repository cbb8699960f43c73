import pc from "picocolors";
import type { CheckResult } from "../deployment-checks/check";
import { printJson, printLine } from "./output";
import { wrapped } from "./wrap";

const MARKS = { passed: pc.green("✓"), failed: pc.red("✗"), skipped: pc.dim("–") };

/** Prints the results, and sets the exit code to 1 if a check has failed. */
export function printChecklist(checks: readonly CheckResult[], { json = false }: { json?: boolean | undefined }): void {
  const ok = checks.every(({ status }) => status !== "failed");
  if (json) printJson({ ok, checks });
  else for (const check of checks) printCheck(check);
  if (!ok) process.exitCode = 1;
}

function printCheck(check: CheckResult): void {
  // Not with printLine, which would replace the color sequences of the mark.
  process.stdout.write(`${MARKS[check.status]} `);
  for (const line of wrapped("", `${check.name}: ${check.sentence}`, 2)) printLine(line);
  if (check.status === "failed") for (const line of wrapped("  → ", check.remedy)) printLine(line);
}
