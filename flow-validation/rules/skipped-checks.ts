import { type Facts, NO_FACTS, type StepsByName, stepsByName } from "../graph";
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
  const passing = step.type === "Compare" ? [] : SPEAKING;
  const targets = new Set(
    [...successTargets(step, facts, flow)].filter((to) => continues(to, passing, stepsByName(flow))),
  );
  const errors = step.branches.filter(({ kind }) => kind === "error");
  const skipping = new Set(
    targets.size === 0 ? [] : [...new Set(errors.map(({ to }) => to))].filter((to) => leadsTo(to, targets, flow)),
  );
  return errors
    .filter((branch) => pastChecks(flow).has(branch) || skipping.has(branch.to))
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
    return [...acceptedTargets(step)].map((to) => ({ name, to }));
  });
  return branchesPastChecks(flow, checks, {
    handlesInput: (step) => handlesInput(step, factsBefore(step, flow) ?? NO_FACTS),
    continues: (name) => continues(name, SPEAKING, steps),
  });
});

/** Where a step leads if it handles the input and succeeds; a comparison succeeds if it accepts the input. */
function successTargets(step: FlowStep, facts: Facts, flow: Flow): ReadonlySet<string> {
  if (comparesResponse(step, facts)) return acceptedTargets(step);
  const isUsed =
    handlesInput(step, facts) || copiesOfInput(step, facts).some((fact) => allReferredFacts(flow).has(fact));
  return new Set(isUsed ? step.branches.filter(({ kind }) => kind === "next").map(({ to }) => to) : []);
}

/** Values by which functions report success. */
const ACCEPTED =
  /^(accepted|approved|authori[sz]ed|ok|pass(ed)?|success(ful)?|succeeded|true|valid(ated)?|y(es)?|1|200)$/i;

/** The steps that an accepted input leads to. */
const acceptedTargets = memoize(
  ({ branches }: FlowStep): ReadonlySet<string> =>
    new Set(
      branches
        .filter(({ kind, operands: [operand] = [] }) => kind === "condition" && isAcceptance(operand))
        .map(({ to }) => to),
    ),
);

const isAcceptance = (operand: unknown): boolean => typeof operand !== "object" && ACCEPTED.test(String(operand));

const allReferredFacts = memoize(
  (flow: Flow) => new Set([...stepsByName(flow).values()].flatMap((step) => [...referredFacts(step)])),
);

/** The steps that set an attribute which the flow compares. */
const settersOfComparedFacts = memoize((flow: Flow): ReadonlySet<string> => {
  const steps = [...stepsByName(flow).values()];
  const compared = new Set(steps.filter(({ type }) => type === "Compare").flatMap((step) => [...referredFacts(step)]));
  return new Set(
    steps.filter((step) => attributesSetBy(step).some(({ fact }) => compared.has(fact))).map(({ name }) => name),
  );
});

const SPEAKING = ["MessageParticipant", "UpdateContactTextToSpeechVoice"];
const SPEAKING_AND_SETTING = [
  ...SPEAKING,
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
function leadsTo(start: string, targets: ReadonlySet<string>, flow: Flow): boolean {
  for (const name of chain(start, SPEAKING_AND_SETTING, stepsByName(flow))) {
    if (targets.has(name)) return true;
    if (settersOfComparedFacts(flow).has(name)) return false;
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
