import { reachable, type StepsByName, stepsByName } from "./graph";
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
  const graph = withoutErrors(flow.start, stepsByName(flow));
  const handling = new Set([...stepsByName(flow).values()].filter(handlesInput).map(({ name }) => name));
  const errors = flow.steps.flatMap(({ name, branches }) =>
    branches.filter(({ kind }) => kind === "error").map((branch) => ({ from: name, branch })),
  );
  const found = new Set<Branch>();
  for (const [to, sources] of sourcesByTarget(checks)) {
    const check = effectiveCheck(to, sources, graph);
    if (!check) continue;
    const behind = [...graph.reachableFrom(to)].filter((name) => !check.before.has(name) && handling.has(name));
    const leadsBehind = allPrevious(behind, graph, (from, name) => name === to && from === check.source);
    const entry = continues(to) ? to : undefined;
    for (const { from, branch } of errors) {
      if (check.before.has(from) && (branch.to === entry || leadsBehind.has(branch.to))) found.add(branch);
    }
  }
  return found;
}

/** The steps of a flow and the branches that are not errors. */
interface Graph {
  start: string | undefined;
  steps: StepsByName;
  next: ReadonlyMap<string, readonly string[]>;
  previous: ReadonlyMap<string, ReadonlySet<string>>;
  /** the steps that a call without errors reaches */
  reached: ReadonlySet<string>;
  reachableFrom: (name: string | undefined, except?: string) => ReadonlySet<string>;
}

function withoutErrors(start: string | undefined, steps: StepsByName): Graph {
  const next = new Map<string, readonly string[]>();
  const previous = new Map<string, Set<string>>();
  for (const { name, branches } of steps.values()) {
    const targets = new Set(branches.filter(({ kind }) => kind !== "error").map(({ to }) => to));
    next.set(name, [...targets]);
    for (const to of targets) previous.set(to, (previous.get(to) ?? new Set()).add(name));
  }
  const reachableFrom = (from: string | undefined, except?: string) =>
    reachable(from === except ? undefined : from, steps, ({ name }) =>
      (next.get(name) ?? []).filter((to) => to !== except).map((to) => ({ to })),
    );
  return { start, steps, next, previous, reached: reachableFrom(start), reachableFrom };
}

function sourcesByTarget(checks: readonly ResponseCheck[]): ReadonlyMap<string, ReadonlySet<string>> {
  const sources = new Map<string, Set<string>>();
  for (const { name, to } of checks) sources.set(to, (sources.get(to) ?? new Set()).add(name));
  return sources;
}

/**
 * Of the checks that lead to one step, the one that has steps behind it.
 *
 * @returns the steps before it, and the check's own step; `undefined` for that step if there are several such checks: a
 * path to a step behind them needs at most one of their accepting branches, so that it avoids another
 */
function effectiveCheck(
  to: string,
  sources: ReadonlySet<string>,
  graph: Graph,
): { before: ReadonlySet<string>; source: string | undefined } | undefined {
  if (!graph.steps.has(to)) return undefined;
  if (!graph.reached.has(to)) {
    const [source, ...others] = sources;
    return { before: graph.reached, source: others.length === 0 ? source : undefined };
  }
  // Without errors, a call reaches the step. A check has steps behind it only if it is the only way in.
  const before = graph.reachableFrom(graph.start, to);
  const [source, ...others] = [...(graph.previous.get(to) ?? [])].filter((name) => before.has(name));
  return source !== undefined && others.length === 0 && sources.has(source) ? { before, source } : undefined;
}

/** The given steps and all steps from which a call can reach them, without the branches to skip. */
function allPrevious(
  names: readonly string[],
  { previous }: Graph,
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
