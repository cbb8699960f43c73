import { type Facts, type StepsByName, stepsByName } from "../graph";
import { memoize } from "../memoize";
import { branchesPastChecks } from "../past-checks";
import { printable } from "../printable";
import type { Branch, Flow, FlowStep } from "../read-flow";
import {
  attributesSetBy,
  comparesResponse,
  copiesOfInput,
  factsBefore,
  handlesInput,
  referredFacts,
  sensitiveFacts,
} from "../sensitive-input";
import type { StepRule } from "./rule";

/**
 * An error branch does not lead to where only an accepted input may lead.
 *
 * Evidence: risk. The flow then continues with an input that no function has checked.
 */
export const errorBranchSkipsCheck: StepRule = (step, flow) => {
  const facts = factsBefore(step, flow);
  if (!facts) return [];
  const targets = successTargets(step, facts, flow).filter((to) =>
    continues(to, step.type === "Compare" ? [] : SPEAKING, stepsByName(flow)),
  );
  return step.branches
    .filter((branch) => branch.kind === "error" && (pastChecks(flow).has(branch) || leadsTo(branch.to, targets, flow)))
    .map(({ path, errorType = "" }) => ({
      path,
      problem: `continues after ${printable(errorType)} as if the step had succeeded`,
      instead: "lead it to another attempt, or to a separate ending",
    }));
};

const pastChecks = memoize((flow: Flow): ReadonlySet<Branch> => {
  const steps = stepsByName(flow);
  const checks = [...sensitiveFacts(flow)].flatMap(([name, facts]) => {
    const step = steps.get(name);
    if (!step || !comparesResponse(step, facts)) return [];
    return [...new Set(acceptingBranches(step).map(({ to }) => to))].map((to) => ({ name, to }));
  });
  return branchesPastChecks(flow, checks, {
    handlesInput: (step) => handlesInput(step, factsBefore(step, flow) ?? new Set()),
    continues: (name) => continues(name, SPEAKING, steps),
  });
});

/** Where a step leads if it handles the input and succeeds; a comparison succeeds if it accepts the input. */
function successTargets(step: FlowStep, facts: Facts, flow: Flow): string[] {
  if (comparesResponse(step, facts)) return acceptingBranches(step).map(({ to }) => to);
  const isUsed =
    handlesInput(step, facts) || copiesOfInput(step, facts).some((fact) => allReferredFacts(flow).has(fact));
  return isUsed ? step.branches.filter(({ kind }) => kind === "next").map(({ to }) => to) : [];
}

/** Values by which functions report success. */
const ACCEPTED =
  /^(accepted|approved|authori[sz]ed|ok|pass(ed)?|success(ful)?|succeeded|true|valid(ated)?|y(es)?|1|200)$/i;

const acceptingBranches = ({ branches }: FlowStep): Branch[] =>
  branches.filter(({ kind, operands: [operand] = [] }) => kind === "condition" && ACCEPTED.test(String(operand)));

const allReferredFacts = memoize(
  (flow: Flow) => new Set([...stepsByName(flow).values()].flatMap((step) => [...referredFacts(step)])),
);

const comparedFacts = memoize(
  (flow: Flow) =>
    new Set(
      [...stepsByName(flow).values()]
        .filter(({ type }) => type === "Compare")
        .flatMap((step) => [...referredFacts(step)]),
    ),
);

const SPEAKING = ["MessageParticipant", "UpdateContactTextToSpeechVoice"];
const SETTING = [
  ...["UpdateFlowAttributes", "UpdateContactAttributes", "UpdateFlowLoggingBehavior"],
  ...["UpdateContactRecordingBehavior", "UpdateContactRecordingAndAnalyticsBehavior"],
];

/** Whether the flow does more after a step than to speak and to end: only then can an error skip something. */
function continues(target: string, passing: string[], steps: StepsByName): boolean {
  const last = steps.get([...chain(target, passing, steps)].at(-1) ?? target);
  return last?.branches.some(({ kind }) => kind !== "error") ?? false;
}

/**
 * Whether a step leads to one of the targets, directly or through steps that only speak or set something. A step that
 * sets an attribute which the flow compares ends the search: the comparison can tell failure from success.
 */
function leadsTo(start: string, targets: string[], flow: Flow): boolean {
  for (const name of chain(start, [...SPEAKING, ...SETTING], stepsByName(flow))) {
    if (targets.includes(name)) return true;
    const step = stepsByName(flow).get(name);
    if (step && attributesSetBy(step).some(({ fact }) => comparedFacts(flow).has(fact))) return false;
  }
  return false;
}

/** A step and those that follow it by `NextAction`, up to the first step whose type is not among the given ones. */
function* chain(start: string, types: string[], steps: StepsByName): Generator<string> {
  const seen = new Set<string>();
  let step = steps.get(start);
  while (step && !seen.has(step.name)) {
    seen.add(step.name);
    yield step.name;
    if (!types.includes(step.type)) return;
    step = steps.get(step.branches.find(({ kind }) => kind === "next")?.to ?? "");
  }
}
