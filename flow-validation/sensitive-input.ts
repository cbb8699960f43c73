import { type Effects, type Facts, factsByStep, stepsByName } from "./graph";
import { isObject, stringAt, valueAt } from "./json";
import { memoize } from "./memoize";
import type { Flow, FlowStep } from "./read-flow";
import { referencesIn, referencesOf, type ValueReference } from "./references";

/**
 * The facts that this analysis follows along every path. `FlowAttributes.x` and `Attributes.x` are facts as well: the
 * attribute contains the encrypted input.
 */
const LOGGING = "logging";
const INPUT = "StoredCustomerInput";
/** `$.External` is the response of a function that received the input. */
const RESPONSE = "External";
/** Touchtone buffering is on. */
const BUFFERING = "buffering";
/** An encrypted input was taken, with keys that the caller pressed during the step. */
const CAPTURED = "captured";

export const isStoring = ({ type, parameters }: FlowStep): boolean =>
  type === "GetParticipantInput" && /^true$/i.test(stringAt(parameters, "StoreInput") ?? "");

export const isEncrypting = (step: FlowStep): boolean =>
  isStoring(step) && valueAt(step.parameters, "InputEncryption") !== undefined;

/** Whether a step turns touchtone buffering on or off, without waiting for keys. */
export const isBufferStep = ({ type, parameters }: FlowStep): boolean =>
  type === "GetParticipantInput" && "EnableDTMFBuffer" in parameters && !("InputTimeLimitSeconds" in parameters);

export const enablesBuffering = ({ type, parameters }: FlowStep): boolean =>
  type === "GetParticipantInput" && /^true$/i.test(stringAt(parameters, "EnableDTMFBuffer") ?? "");

const disablesBuffering = ({ type, parameters }: FlowStep): boolean =>
  type === "GetParticipantInput" && /^false$/i.test(stringAt(parameters, "EnableDTMFBuffer") ?? "");

/**
 * The facts that may be true when a step begins; `undefined` for steps that no call reaches. A flow that encrypts
 * nothing has no facts, because its input need not be sensitive: it may be a choice in a menu.
 */
export function factsBefore(step: FlowStep, flow: Flow): Facts | undefined {
  return stepsByName(flow).get(step.name) === step ? sensitiveFacts(flow).get(step.name) : undefined;
}

/** Flow logging is inherited from the flow before, so it counts as on until this flow turns it off. */
export const sensitiveFacts: (flow: Flow) => ReadonlyMap<string, Facts> = memoize((flow) =>
  flow.steps.some(isEncrypting) ? factsByStep(flow, [LOGGING], effectsOf) : new Map(),
);

export const mayLog = (facts: Facts): boolean => facts.has(LOGGING);

/** Buffering is off in a new call. The flow before could have turned it on, but that is not likely. */
export const mayBuffer = (facts: Facts): boolean => facts.has(BUFFERING);

export const followsCapture = (facts: Facts): boolean => facts.has(CAPTURED);

/** A step's references to the input, or to an attribute that contains it. */
export const sensitiveReferences = (step: FlowStep, facts: Facts): ValueReference[] =>
  referencesOf(step).filter((reference) => facts.has(factOf(reference)));

/** Whether a step takes an encrypted input, or passes one to a function. */
export const handlesInput = (step: FlowStep, facts: Facts): boolean =>
  isEncrypting(step) || (step.type === "InvokeLambdaFunction" && sensitiveReferences(step, facts).length > 0);

export const comparesResponse = (step: FlowStep, facts: Facts): boolean =>
  step.type === "Compare" &&
  facts.has(RESPONSE) &&
  referencesOf(step).some(({ names: [namespace] }) => namespace === "External");

/** Attributes that a step copies the input into, as facts. */
export const copiesOfInput = (step: FlowStep, facts: Facts): string[] =>
  attributesSetBy(step)
    .filter(({ from }) => from.some((part) => facts.has(part)))
    .map(({ fact }) => fact);

/** The facts that a step's references name. */
export const referredFacts: (step: FlowStep) => ReadonlySet<string> = memoize(
  (step) => new Set(referencesOf(step).map(factOf)),
);

const factOf = ({ names: [namespace = "", name] }: ValueReference): string =>
  namespace === INPUT ? INPUT : `${namespace}.${name}`;

/** For the actions that set attributes, where the attributes and their values are. */
const SETTERS: Record<string, { namespace: string; valueOf: (entry: unknown) => unknown }> = {
  UpdateFlowAttributes: { namespace: "FlowAttributes", valueOf: (entry) => valueAt(entry, "Value") },
  UpdateContactAttributes: { namespace: "Attributes", valueOf: (entry) => entry },
};

/** Each attribute that a step sets, and the facts that its value refers to. */
export const attributesSetBy: (step: FlowStep) => { fact: string; from: string[] }[] = memoize(
  ({ type, parameters }) => {
    const setter = Object.hasOwn(SETTERS, type) ? SETTERS[type] : undefined;
    const attributes = setter && valueAt(parameters, setter.namespace);
    if (!setter || !isObject(attributes)) return [];
    return Object.entries(attributes).map(([name, entry]) => ({
      fact: `${setter.namespace}.${name}`,
      from: referencesIn(setter.valueOf(entry)).map(factOf),
    }));
  },
);

function effectsOf(step: FlowStep): Effects {
  if (step.type === "UpdateFlowLoggingBehavior") {
    const setting = stringAt(step.parameters, "FlowLoggingBehavior");
    const effect = setting === "Enabled" ? { adds: [LOGGING] } : setting === "Disabled" ? { removes: [LOGGING] } : {};
    return { error: effect, success: effect };
  }
  if (step.type === "InvokeLambdaFunction") {
    const copies = [...referredFacts(step)].map((fact) => [fact, RESPONSE] as const);
    // A function that failed has no response. Any other action that failed has changed nothing.
    return { error: { removes: [RESPONSE] }, success: { removes: [RESPONSE], copies } };
  }
  if (step.type === "GetParticipantInput") return inputEffects(step);
  const attributes = attributesSetBy(step);
  return {
    error: {},
    success: {
      removes: attributes.map(({ fact }) => fact),
      copies: attributes.flatMap(({ fact, from }) => from.map((each) => [each, fact] as const)),
    },
  };
}

function inputEffects(step: FlowStep): Effects {
  const captured = isEncrypting(step) && !isBufferStep(step) ? [CAPTURED] : [];
  return {
    // The caller may have pressed keys before the error.
    error: { adds: captured },
    success: {
      removes: [...(isStoring(step) ? [INPUT] : []), ...(disablesBuffering(step) ? [BUFFERING] : [])],
      adds: [...captured, ...(isEncrypting(step) ? [INPUT] : []), ...(enablesBuffering(step) ? [BUFFERING] : [])],
    },
  };
}
