import pc from "picocolors";
import type { Check } from "../deployment-checks/check";
import { printJson, printLine } from "./output";
import { wrapped } from "./wrap";

const MARKS = { passed: pc.green("✓"), failed: pc.red("✗"), skipped: pc.dim("–") };

/** Prints what became of each check, and sets the exit code to 1 where one has failed. */
export function printChecklist(checks: readonly Check[], { json = false }: { json?: boolean | undefined }): void {
  const ok = checks.every(({ status }) => status !== "failed");
  if (json) printJson({ ok, checks });
  else for (const check of checks) print(check);
  if (!ok) process.exitCode = 1;
}

function print(check: Check): void {
  // the marks are colored, which printLine would make visible
  process.stdout.write(`${MARKS[check.status]} `);
  for (const line of wrapped("", `${check.name}: ${check.sentence}`, 2)) printLine(line);
  if (check.status === "failed") for (const line of wrapped("  → ", check.remedy)) printLine(line);
}
