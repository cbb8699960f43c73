/** The result of a check, in one sentence. A failed one also says what to do. */
export type CheckResult = { name: string; sentence: string } & (
  | { status: "passed" }
  | { status: "failed"; remedy: string }
  | { status: "skipped" }
);

export const passed = (name: string, sentence: string): CheckResult => ({ name, status: "passed", sentence });
export const failed = (name: string, sentence: string, remedy: string): CheckResult => ({
  name,
  status: "failed",
  sentence,
  remedy,
});
/** @param sentence why the check was skipped */
export const skipped = (name: string, sentence: string): CheckResult => ({ name, status: "skipped", sentence });

/** Thrown by a step whose check fails. */
export class CheckFailure extends Error {
  override name = "CheckFailure";

  /** @param sentence what is wrong */
  constructor(
    sentence: string,
    readonly remedy: string,
  ) {
    super(sentence);
  }
}

/** A check that other checks can depend on. */
export interface CheckStep {
  name: string;
  /** names of earlier steps; if one of them has not passed, this one is skipped */
  needs?: readonly string[];
  /** returns the sentence of success, or throws {@link CheckFailure} */
  run: () => Promise<string>;
}

/** Runs the steps one after another. A skipped one names the checks that it needs. */
export async function runSteps(steps: readonly CheckStep[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const hasPassed = (name: string) => results.some((result) => result.name === name && result.status === "passed");
  for (const step of steps) {
    const missing = (step.needs ?? []).filter((need) => !hasPassed(need));
    results.push(
      missing.length > 0 ? skipped(step.name, `Skipped: it needs "${missing.join('" and "')}".`) : await runStep(step),
    );
  }
  return results;
}

async function runStep({ name, run }: CheckStep): Promise<CheckResult> {
  try {
    return passed(name, await run());
  } catch (error) {
    if (error instanceof CheckFailure) return failed(name, error.message, error.remedy);
    throw error;
  }
}
