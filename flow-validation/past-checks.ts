import { reachable, stepsByName } from "./graph";
import type { Branch, Flow, FlowStep } from "./read-flow";

/** A branch of a step that compares a function's response: the branch that accepts the input. */
export interface ResponseCheck {
  /** the step that compares */
  name: string;
  /** the step that an accepted input leads to */
  to: string;
}

/**
 * The error branches that lead past a check, into the part of the flow that only an accepted input may reach: to the
 * step that the accepting branch leads to, or to a step that handles input.
 *
 * A step is behind a check if every path to it without errors takes the check's accepting branch. A branch to another
 * attempt before the check, or to another ending, is therefore allowed.
 */
export function branchesPastChecks(
  flow: Flow,
  checks: readonly ResponseCheck[],
  { handlesInput, continues }: { handlesInput: (step: FlowStep) => boolean; continues: (name: string) => boolean },
): ReadonlySet<Branch> {
  const steps = stepsByName(flow);
  const previous = previousSteps(steps.values());
  const found = new Set<Branch>();
  for (const check of checks) {
    const accepts = (from: string, to: string) => from === check.name && to === check.to;
    const withoutAccepting = ({ name, branches }: FlowStep) =>
      branches.filter(({ kind, to }) => kind !== "error" && !accepts(name, to));
    const before = reachable(flow.start, steps, withoutAccepting);
    const behind = [...reachable(check.to, steps, withoutAccepting)].filter((name) => {
      const step = steps.get(name);
      return step !== undefined && !before.has(name) && handlesInput(step);
    });
    const entry = !before.has(check.to) && continues(check.to) ? check.to : undefined;
    if (behind.length === 0 && entry === undefined) continue;
    const leadsBehind = allPrevious(behind, previous, accepts);
    for (const step of flow.steps) {
      if (!before.has(step.name)) continue;
      for (const branch of step.branches) {
        if (branch.kind === "error" && (branch.to === entry || leadsBehind.has(branch.to))) found.add(branch);
      }
    }
  }
  return found;
}

/** For each step, the steps that lead to it without an error. */
function previousSteps(steps: Iterable<FlowStep>): ReadonlyMap<string, ReadonlySet<string>> {
  const previous = new Map<string, Set<string>>();
  for (const { name, branches } of steps) {
    for (const { kind, to } of branches) {
      if (kind !== "error") previous.set(to, (previous.get(to) ?? new Set()).add(name));
    }
  }
  return previous;
}

/** The given steps and all steps from which a call can reach them, without the branches to skip. */
function allPrevious(
  names: readonly string[],
  previous: ReadonlyMap<string, ReadonlySet<string>>,
  skips: (from: string, to: string) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const from of previous.get(name) ?? []) if (!skips(from, name)) waiting.push(from);
  }
  return found;
}
