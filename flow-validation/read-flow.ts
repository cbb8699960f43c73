import { isTemplate } from "./dynamic-values";
import { isObject, isTooDeep, type JsonObject, stringAt, valueAt } from "./json";

/** Limit of the service. */
export const MAX_ACTIONS = 250;
/** Longer lists of actions are not read: checking them would only take time. */
const MAX_READ_ACTIONS = 2 * MAX_ACTIONS;

/**
 * A flow in the form that the rules check. It is read from any JSON: parts of a wrong form are left out here, and the
 * rules for the form report them.
 */
export interface Flow {
  /** the flow's JSON object */
  content: JsonObject;
  start?: string;
  steps: FlowStep[];
}

export interface FlowStep {
  /** the identifier, or the path of an action that has none */
  name: string;
  friendlyName?: string;
  type: string;
  parameters: JsonObject;
  branches: Branch[];
  /** the action in the JSON, and its path */
  action: JsonObject;
  path: string;
}

export interface Branch {
  kind: "next" | "condition" | "error";
  path: string;
  to: string;
  /** of an error */
  errorType?: string;
  /** of a condition */
  operator?: string;
  operands?: unknown[];
}

/** Reads a flow or a module. JSON that is neither gives a flow without steps. */
export const readFlow = (json: unknown): Flow => readContent(flowContent(json) ?? {});

/** @param content from {@link flowContent} */
export function readContent(content: JsonObject): Flow {
  return {
    content,
    start: stringAt(content, "StartAction"),
    steps: (readableActions(content) ?? []).flatMap((action, index) =>
      isObject(action) ? [readStep(action, `Actions[${index}]`, content)] : [],
    ),
  };
}

/** The flow's JSON object, also within a response of `aws connect describe-contact-flow` or `-flow-module`. */
export function flowContent(json: unknown): JsonObject | undefined {
  if (isTooDeep(json)) return undefined;
  const described = stringAt(json, "ContactFlow.Content") ?? stringAt(json, "ContactFlowModule.Content");
  if (described === undefined) return isObject(json) ? json : undefined;
  try {
    const content: unknown = JSON.parse(described);
    return isObject(content) && !isTooDeep(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** The actions, or `undefined` if there is no list of actions or it is far too long. */
export const readableActions = (content: JsonObject | undefined): unknown[] | undefined =>
  isFlowLanguage(content) && Array.isArray(content.Actions) && content.Actions.length <= MAX_READ_ACTIONS
    ? content.Actions
    : undefined;

/** The console's older export format has a list of modules. */
export const isFlowLanguage = (content: JsonObject | undefined): content is JsonObject =>
  content !== undefined && !Array.isArray(content.modules);

function readStep(action: JsonObject, path: string, content: JsonObject): FlowStep {
  const { Identifier, Type, Parameters, Transitions } = action;
  const name = typeof Identifier === "string" && Identifier !== "" ? Identifier : path;
  const friendlyName = friendlyNameOf(content, name);
  return {
    name,
    ...(friendlyName ? { friendlyName } : {}),
    type: typeof Type === "string" ? Type : "",
    parameters: isObject(Parameters) ? Parameters : {},
    branches: isObject(Transitions) ? readBranches(Transitions) : [],
    action,
    path,
  };
}

function friendlyNameOf(content: JsonObject, name: string): string | undefined {
  const metadata = valueAt(content, "Metadata.ActionMetadata");
  // Not valueAt: a name can contain dots.
  const ofAction = isObject(metadata) && Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  return stringAt(ofAction, "friendlyName") ?? stringAt(ofAction, "FriendlyName");
}

function readBranches(transitions: JsonObject): Branch[] {
  const branch = (kind: Branch["kind"], path: string, to: unknown): Branch[] =>
    isStepName(to) && !isTemplate(to) ? [{ kind, path, to }] : [];
  return [
    ...branch("next", "Transitions.NextAction", transitions.NextAction),
    ...listedTransitions(transitions, "Conditions").flatMap(({ path, entry }) => {
      const operands = valueAt(entry, "Condition.Operands");
      return branch("condition", `${path}.NextAction`, valueAt(entry, "NextAction")).map((found) => ({
        ...found,
        operator: stringAt(entry, "Condition.Operator"),
        operands: Array.isArray(operands) ? operands : [],
      }));
    }),
    ...listedTransitions(transitions, "Errors").flatMap(({ path, entry }) =>
      branch("error", `${path}.NextAction`, valueAt(entry, "NextAction")).map((found) => ({
        ...found,
        errorType: stringAt(entry, "ErrorType"),
      })),
    ),
  ];
}

export const isStepName = (name: unknown): name is string => typeof name === "string" && name !== "";

/** The entries of a list of conditions or errors, with their paths within the step. */
export function listedTransitions(
  transitions: JsonObject,
  list: "Conditions" | "Errors",
): { path: string; entry: unknown }[] {
  const entries = transitions[list];
  return Array.isArray(entries)
    ? entries.map((entry, index) => ({ path: `Transitions.${list}[${index}]`, entry }))
    : [];
}
