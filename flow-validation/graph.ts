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
  branchesOf: (step: FlowStep) => readonly Pick<Branch, "to">[] = ({ branches }) => branches,
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
export type Facts = Pick<ReadonlySet<string>, "has">;

export const NO_FACTS: Facts = new Set();

/** How a step changes the facts: first it removes, then it adds and copies. */
export interface Effect {
  /** facts that are not true after the step */
  removes?: readonly string[];
  /** facts that are true after the step */
  adds?: readonly string[];
  /** facts that are true after the step if another fact was true before it */
  copies?: readonly (readonly [from: string, to: string])[];
}

/** The effect of a step whose error branch is taken, and of a step that succeeds. */
export interface Effects {
  error: Effect;
  success: Effect;
}

/**
 * For each reachable step, the facts that may be true when it begins: those that are true on at least one path to it.
 *
 * An effect treats each fact on its own. Therefore each pair of a step and a fact is followed only once, and the time is
 * proportional to the number of facts and the number of branches.
 */
export function factsByStep(
  flow: Flow,
  atStart: readonly string[],
  effectsOf: (step: FlowStep) => Effects,
): ReadonlyMap<string, Facts> {
  const numbers = new Map<string, number>();
  const numberOf = (fact: string): number => {
    const number = numbers.get(fact) ?? numbers.size;
    numbers.set(fact, number);
    return number;
  };
  const steps = [...reachableSteps(flow)].flatMap((name) => stepsByName(flow).get(name) ?? []);
  const positions = new Map(steps.map(({ name }, position) => [name, position]));
  const exits = steps.map((step) => {
    const { error, success } = effectsOf(step);
    return [
      exit(step, ({ kind }) => kind === "error", error),
      exit(step, ({ kind }) => kind !== "error", success),
    ].filter(({ to }) => to.length > 0);
  });
  function exit({ branches }: FlowStep, counts: (branch: Branch) => boolean, effect: Effect) {
    const copies = new Map<number, number[]>();
    for (const [from, to] of effect.copies ?? []) {
      const copied = copies.get(numberOf(from)) ?? [];
      copies.set(numberOf(from), copied);
      copied.push(numberOf(to));
    }
    return {
      to: [...new Set(branches.filter(counts).flatMap(({ to }) => positions.get(to) ?? []))],
      removes: new Set(effect.removes?.map(numberOf)),
      adds: effect.adds?.map(numberOf) ?? [],
      copies,
    };
  }

  const first = atStart.map(numberOf);
  /** One number for each pair of a step and a fact; there can be millions. */
  const size = numbers.size;
  const known = new Uint8Array(steps.length * size);
  const waiting: number[] = [];
  const arrive = (positions: readonly number[], fact: number): void => {
    for (const position of positions) {
      const pair = position * size + fact;
      if (known[pair]) continue;
      known[pair] = 1;
      waiting.push(pair);
    }
  };
  if (steps.length > 0) for (const fact of first) arrive([0], fact);
  for (const { to, adds } of exits.flat()) for (const fact of adds) arrive(to, fact);
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const fact = pair % size;
    for (const { to, removes, copies } of exits[(pair - fact) / size] ?? []) {
      if (!removes.has(fact)) arrive(to, fact);
      for (const copy of copies.get(fact) ?? []) arrive(to, copy);
    }
  }
  const isKnown = (position: number, fact: string): boolean => {
    const number = numbers.get(fact);
    return number !== undefined && known[position * size + number] === 1;
  };
  return new Map(steps.map(({ name }, position) => [name, { has: (fact) => isKnown(position, fact) }]));
}
