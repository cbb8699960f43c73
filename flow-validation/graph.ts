import type { Branch, FlowStep, ReadFlow } from "./read-flow";

export type StepsByName = ReadonlyMap<string, FlowStep>;

/** Of two steps of one name the first counts. */
export const byName = ({ steps }: ReadFlow): StepsByName =>
  new Map(steps.toReversed().map((step) => [step.name, step]));

/** The steps that a call can come to from one of them on, by the branches that count. */
export function reachable(
  from: string | undefined,
  steps: StepsByName,
  branchesOf: (step: FlowStep) => Branch[] = ({ branches }) => branches,
): Set<string> {
  const reached = new Set<string>();
  const waiting = from === undefined ? [] : [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const step = steps.get(name);
    if (!step || reached.has(name)) continue;
    reached.add(name);
    waiting.push(...branchesOf(step).map(({ to }) => to));
  }
  return reached;
}

/** What may hold when a step begins. */
export type Facts = ReadonlySet<string>;

/** What may hold when each step begins, on one path or another; steps that no path leads to are not in it. */
export function factsByStep(
  { start }: ReadFlow,
  steps: StepsByName,
  atStart: Facts,
  after: (step: FlowStep, branch: Branch, before: Facts) => Facts,
): ReadonlyMap<string, Facts> {
  const facts = new Map<string, Set<string>>();
  const waiting: string[] = [];
  const arrive = (name: string, arriving: Facts) => {
    const here = facts.get(name);
    if (!steps.has(name) || (here && [...arriving].every((fact) => here.has(fact)))) return;
    facts.set(name, new Set([...(here ?? []), ...arriving]));
    waiting.push(name);
  };
  if (start !== undefined) arrive(start, atStart);
  // The first that came in goes first: a flow is then walked in its own order, in few rounds.
  for (const name of waiting) {
    const step = steps.get(name);
    const before = facts.get(name);
    if (step && before) for (const branch of step.branches) arrive(branch.to, after(step, branch, before));
  }
  return facts;
}
