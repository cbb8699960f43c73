import { type Finding, finding, shown, shownPath } from "./flow-problem";
import { type Facts, factsByStep, type StepsByName } from "./graph";
import { isEncrypting, isStoring } from "./input-rules";
import { at, isObject, textAt } from "./json";
import { branchesPastChecks } from "./past-checks";
import type { Branch, FlowStep, ReadFlow } from "./read-flow";
import { type Reference, referencesIn } from "./references";

/** Facts of a path; besides these, `FlowAttributes.x` and `Attributes.x` stand for attributes that hold the input. */
const LOGGING = "logging";
const INPUT = "StoredCustomerInput";
/** `$.External` is the answer of a function that was given the input. */
const ANSWER = "External";

/**
 * What a flow does wrong with an encrypted input: it is logged, kept in the contact record, or goes on unchecked.
 * A flow that encrypts nothing may do with its input what it likes: it may be a menu's choice.
 */
export function sensitiveInputFindings(flow: ReadFlow, steps: StepsByName): (step: FlowStep) => Finding[] {
  if (!flow.steps.some(isEncrypting)) return () => [];
  // Logging is an instance's setting, inherited from flows before: until it is turned off it counts as on.
  const facts = factsByStep(flow, steps, new Set([LOGGING]), after);
  const handlesInput = (step: FlowStep) =>
    isEncrypting(step) ||
    (step.type === "InvokeLambdaFunction" && sensitiveReferences(step, facts.get(step.name) ?? new Set()).length > 0);
  const checks = [...facts].flatMap(([name, before]) => {
    const step = steps.get(name);
    return step && isComparisonOfAnswer(step, before) ? acceptingBranches(step).map(({ to }) => ({ name, to })) : [];
  });
  const passesBy = branchesPastChecks(flow, steps, checks, {
    handlesInput,
    goesOn: (name) => goesOn(name, SPEAKING, steps),
  });
  return (step) => {
    const before = facts.get(step.name);
    if (!before || steps.get(step.name) !== step) return [];
    return [
      ...loggingFindings(step, before),
      ...keepingFindings(step, before),
      ...skippingFindings(step, before, steps, passesBy),
    ];
  };
}

const factOf = ({ names: [namespace = "", name] }: Reference): string =>
  namespace === INPUT ? INPUT : `${namespace}.${name}`;

const referencesOf = oncePerStep(({ parameters }) => referencesIn(parameters));

const sensitiveReferences = (step: FlowStep, before: Facts): Reference[] =>
  referencesOf(step).filter((reference) => before.has(factOf(reference)));

/** A step is come by on many paths. */
function oncePerStep<T>(find: (step: FlowStep) => T): (step: FlowStep) => T {
  const found = new WeakMap<FlowStep, { value: T }>();
  return (step) => {
    const known = found.get(step) ?? { value: find(step) };
    found.set(step, known);
    return known.value;
  };
}

/** Where the values of an action that sets attributes are. */
const SETTERS: Record<string, { namespace: string; valueOf: (entry: unknown) => unknown }> = {
  UpdateFlowAttributes: { namespace: "FlowAttributes", valueOf: (entry) => at(entry, "Value") },
  UpdateContactAttributes: { namespace: "Attributes", valueOf: (entry) => entry },
};

/** Each attribute that a step sets, and what its value is made of. */
const attributesSetBy = oncePerStep(({ type, parameters }): { fact: string; from: string[] }[] => {
  const setter = Object.hasOwn(SETTERS, type) ? SETTERS[type] : undefined;
  const attributes = setter && at(parameters, setter.namespace);
  if (!setter || !isObject(attributes)) return [];
  return Object.entries(attributes).map(([name, entry]) => ({
    fact: `${setter.namespace}.${name}`,
    from: referencesIn(setter.valueOf(entry)).map(factOf),
  }));
});

function after(step: FlowStep, { kind }: Branch, before: Facts): Facts {
  if (step.type === "UpdateFlowLoggingBehavior") {
    const setting = textAt(step.parameters, "FlowLoggingBehavior");
    return setting === "Enabled"
      ? withFact(before, LOGGING)
      : setting === "Disabled"
        ? without(before, LOGGING)
        : before;
  }
  // Whatever failed has set nothing, except that a function which failed has left no answer.
  if (step.type === "InvokeLambdaFunction") {
    const given = sensitiveReferences(step, before).length > 0;
    return given && kind !== "error" ? withFact(before, ANSWER) : without(before, ANSWER);
  }
  if (kind === "error") return before;
  if (isStoring(step)) return isEncrypting(step) ? withFact(before, INPUT) : without(before, INPUT);
  return attributesSetBy(step).reduce<Facts>(
    (facts, { fact, from }) => (from.some((part) => before.has(part)) ? withFact(facts, fact) : without(facts, fact)),
    before,
  );
}

const withFact = (facts: Facts, fact: string): Facts => (facts.has(fact) ? facts : new Set([...facts, fact]));
const without = (facts: Facts, fact: string): Facts =>
  facts.has(fact) ? new Set([...facts].filter((other) => other !== fact)) : facts;

function loggingFindings(step: FlowStep, before: Facts): Finding[] {
  if (!before.has(LOGGING)) return [];
  const [reference] = sensitiveReferences(step, before);
  const path = isEncrypting(step) ? "Parameters.InputEncryption" : reference && shownPath(reference.path);
  if (path === undefined) return [];
  return [
    finding(
      "logged-input",
      path,
      `${isEncrypting(step) ? "takes" : "refers to"} sensitive input while flow logging may be on`,
      "lead every path to this step through UpdateFlowLoggingBehavior with Disabled",
    ),
  ];
}

/** A contact record keeps its attributes for 24 months. */
function keepingFindings(step: FlowStep, before: Facts): Finding[] {
  if (step.type !== "UpdateContactAttributes") return [];
  return sensitiveReferences(step, before).map(({ path }) =>
    finding(
      "kept-input",
      shownPath(path),
      "copies sensitive input into the contact record, which keeps it for 24 months",
      "set a flow attribute with UpdateFlowAttributes",
    ),
  );
}

function skippingFindings(step: FlowStep, before: Facts, steps: StepsByName, passesBy: ReadonlySet<Branch>): Finding[] {
  const passed = passedTargets(step, before, steps);
  const targets = passed.filter((to) => goesOn(to, step.type === "Compare" ? [] : SPEAKING, steps));
  return step.branches
    .filter((branch) => branch.kind === "error" && (passesBy.has(branch) || leadsTo(branch.to, targets, steps)))
    .map(({ path, errorType = "" }) =>
      finding(
        "error-branch-skips-check",
        path,
        `${shown(errorType)} goes on as if the step had succeeded`,
        "lead it to another try, or to an end of its own",
      ),
    );
}

/** What answers say yes with. */
const ACCEPTED =
  /^(accepted|approved|authori[sz]ed|ok|pass(ed)?|success(ful)?|succeeded|true|valid(ated)?|y(es)?|1|200)$/i;

/** Where a step of the input's way leads if all went well. */
function passedTargets(step: FlowStep, before: Facts, steps: StepsByName): string[] {
  if (isComparisonOfAnswer(step, before)) return acceptingBranches(step).map(({ to }) => to);
  const isGivenInput = sensitiveReferences(step, before).length > 0;
  const copies = attributesSetBy(step).filter(({ from }) => from.some((part) => before.has(part)));
  const handlesInput =
    isEncrypting(step) ||
    (step.type === "InvokeLambdaFunction" && isGivenInput) ||
    copies.some(({ fact }) => isReferredTo(fact, steps));
  return handlesInput ? step.branches.filter(({ kind }) => kind === "next").map(({ to }) => to) : [];
}

const isComparisonOfAnswer = (step: FlowStep, before: Facts): boolean =>
  step.type === "Compare" && before.has(ANSWER) && referencesOf(step).some(({ names }) => names[0] === "External");

const acceptingBranches = ({ branches }: FlowStep): Branch[] =>
  branches.filter(({ kind, operands: [operand] = [] }) => kind === "condition" && ACCEPTED.test(String(operand)));

const isReferredTo = (fact: string, steps: StepsByName): boolean =>
  [...steps.values()].some((step) => referencesOf(step).some((found) => factOf(found) === fact));

const SPEAKING = ["MessageParticipant", "UpdateContactTextToSpeechVoice"];
const SETTING = [
  ...["UpdateFlowAttributes", "UpdateContactAttributes", "UpdateFlowLoggingBehavior"],
  ...["UpdateContactRecordingBehavior", "UpdateContactRecordingAndAnalyticsBehavior"],
];

/** A flow that only says goodbye after the step has no success to pretend. */
function goesOn(target: string, ending: string[], steps: StepsByName): boolean {
  const end = steps.get([...chain(target, ending, steps)].at(-1) ?? target);
  return end?.branches.some(({ kind }) => kind !== "error") ?? false;
}

/** Through steps that only speak or set things; not where a Compare could tell the two ways apart by what was set. */
function leadsTo(start: string, targets: string[], steps: StepsByName): boolean {
  const compared = new Set(
    [...steps.values()]
      .filter(({ type }) => type === "Compare")
      .flatMap((compare) => referencesOf(compare).map(factOf)),
  );
  for (const name of chain(start, [...SPEAKING, ...SETTING], steps)) {
    if (targets.includes(name)) return true;
    const step = steps.get(name);
    if (step && attributesSetBy(step).some(({ fact }) => compared.has(fact))) return false;
  }
  return false;
}

/** The steps that follow one another from a first one, as far as they are of the types, and the one after them. */
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
