import { reachable, type StepsByName } from "./graph";
import type { Branch, FlowStep, ReadFlow } from "./read-flow";

/** Where a function's answer is looked at, and where its yes leads. */
export interface Check {
  name: string;
  to: string;
}

/**
 * Error branches by which a call comes past a check: to the step that its yes leads to, or to a further input or a
 * function that is given one; all these only where nothing but the yes leads there without an error. Another try before
 * the check is none of them, nor is any other end.
 */
export function branchesPastChecks(
  { start, steps: all }: ReadFlow,
  steps: StepsByName,
  checks: readonly Check[],
  { handlesInput, goesOn }: { handlesInput: (step: FlowStep) => boolean; goesOn: (name: string) => boolean },
): ReadonlySet<Branch> {
  const found = new Set<Branch>();
  for (const check of checks) {
    const withoutYes = (step: FlowStep) =>
      step.branches.filter(({ kind, to }) => kind !== "error" && !(step.name === check.name && to === check.to));
    const before = reachable(start, steps, withoutYes);
    const isBehind = (name: string) => {
      const step = steps.get(name);
      return step !== undefined && !before.has(name) && handlesInput(step);
    };
    const behind = [...reachable(check.to, steps, withoutYes)].filter(isBehind);
    const yes = !before.has(check.to) && goesOn(check.to) ? check.to : undefined;
    for (const step of all.filter(({ name }) => before.has(name))) {
      for (const branch of step.branches.filter(({ kind }) => kind === "error")) {
        const onwards = reachable(branch.to, steps, withoutYes);
        if (branch.to === yes || behind.some((name) => onwards.has(name))) found.add(branch);
      }
    }
  }
  return found;
}
