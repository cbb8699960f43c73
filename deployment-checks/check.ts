/** What became of a check, in one sentence; a failed one says what to do. */
export type Check = { name: string; sentence: string } & (
  | { status: "passed" }
  | { status: "failed"; remedy: string }
  | { status: "skipped" }
);

export const passed = (name: string, sentence: string): Check => ({ name, status: "passed", sentence });
export const failed = (name: string, sentence: string, remedy: string): Check => ({
  name,
  status: "failed",
  sentence,
  remedy,
});
/** A check that could not be made; the sentence says why. */
export const skipped = (name: string, sentence: string): Check => ({ name, status: "skipped", sentence });

/** Thrown by a step whose check fails: one sentence, and what to do. */
export class CheckFailure extends Error {
  override name = "CheckFailure";

  constructor(
    sentence: string,
    readonly remedy: string,
  ) {
    super(sentence);
  }
}

/** A check that others may build on. */
export interface Step {
  name: string;
  /** names of steps before it, without whose success it is not made */
  needs?: readonly string[];
  /** answers with the sentence of success, or throws {@link CheckFailure} */
  run: () => Promise<string>;
}

/** Makes the checks one after the other, and tells which were not made, because of what. */
export async function runSteps(steps: readonly Step[]): Promise<Check[]> {
  const checks: Check[] = [];
  const hasPassed = (name: string) => checks.some((check) => check.name === name && check.status === "passed");
  for (const { name, needs = [], run } of steps) {
    const lacking = needs.filter((need) => !hasPassed(need));
    checks.push(
      lacking.length > 0 ? skipped(name, `Not checked: it needs "${lacking.join('" and "')}".`) : await made(name, run),
    );
  }
  return checks;
}

async function made(name: string, run: Step["run"]): Promise<Check> {
  try {
    return passed(name, await run());
  } catch (error) {
    if (error instanceof CheckFailure) return failed(name, error.message, error.remedy);
    throw error;
  }
}
