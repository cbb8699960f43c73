import { memoize } from "./memoize";
import type { Branch, Flow, FlowStep } from "./read-flow";

export type StepsByName = ReadonlyMap<string, FlowStep>;

/** The steps by name. If two steps have one name, the first counts. */
export const stepsByName: (flow: Flow) => StepsByName = memoize(
  ({ steps }) => new Map(steps.toReversed().map((step) => [step.name, step])),
);

/** The steps that a call can reach from one step, by the branches that count. */
export function reachable(
  from: string | undefined,
  steps: StepsByName,
  branchesOf: (step: FlowStep) => readonly Branch[] = ({ branches }) => branches,
): Set<string> {
  const reached = new Set<string>();
  const waiting = from === undefined ? [] : [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const step = steps.get(name);
    if (!step || reached.has(name)) continue;
    reached.add(name);
    for (const { to } of branchesOf(step)) waiting.push(to);
  }
  return reached;
}

/** The steps that a call can reach from its beginning. */
export const reachableSteps: (flow: Flow) => ReadonlySet<string> = memoize((flow) =>
  reachable(flow.start, stepsByName(flow)),
);

/** Facts that may be true when a step begins. */
export type Facts = ReadonlySet<string>;

/**
 * For each reachable step, the facts that may be true when it begins: those that are true on at least one path to it.
 *
 * @param after the facts that are true after a step took one of its branches
 */
export function factsByStep(
  flow: Flow,
  atStart: Facts,
  after: (step: FlowStep, branch: Branch, before: Facts) => Facts,
): ReadonlyMap<string, Facts> {
  const steps = stepsByName(flow);
  const facts = new Map<string, Set<string>>();
  const waiting: string[] = [];
  const arrive = (name: string, arriving: Facts) => {
    const here = facts.get(name);
    if (!steps.has(name) || (here && [...arriving].every((fact) => here.has(fact)))) return;
    facts.set(name, new Set([...(here ?? []), ...arriving]));
    waiting.push(name);
  };
  if (flow.start !== undefined) arrive(flow.start, atStart);
  // First in, first out: this follows the order of the flow, so that few steps are visited twice.
  for (const name of waiting) {
    const step = steps.get(name);
    const before = facts.get(name);
    if (step && before) for (const branch of step.branches) arrive(branch.to, after(step, branch, before));
  }
  return facts;
}
