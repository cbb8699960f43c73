import { type FlowProblem, finding, shown } from "./flow-problem";
import { at, isFilledInLater, isObject, isTooDeep, type JsonObject, textAt } from "./json";

/** Limits of a flow, from the service's documentation. */
const MAX_ACTIONS = 250;
const MAX_CHARACTERS = 256_000;
/** What is this much too large need not be looked at further. */
const MAX_READ_ACTIONS = 2 * MAX_ACTIONS;
const MAX_IDENTIFIER_CHARACTERS = 50;
const REFUSED_CHARACTERS = /[%:(\\/)=$,;[\]{}]/;
const REFUSED_IDENTIFIERS = new Set([
  ...["__proto__", "constructor", "__defineGetter__", "__defineSetter__", "toString", "hasOwnProperty"],
  ...["isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "valueOf"],
]);

/** A flow as the checks need it, made of any JSON: what is not as it should be is left out, and is a problem. */
export interface ReadFlow {
  start?: string;
  steps: FlowStep[];
}

export interface FlowStep {
  name: string;
  friendlyName?: string;
  type: string;
  parameters: JsonObject;
  branches: Branch[];
}

/** How a problem names its step. */
export const ownerOf = ({ name, friendlyName }: Pick<FlowStep, "name" | "friendlyName">) => ({
  step: shown(name),
  ...(friendlyName ? { friendlyName: shown(friendlyName) } : {}),
});

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

export function readFlow(json: unknown): { flow: ReadFlow; problems: FlowProblem[] } {
  const problems: FlowProblem[] = [];
  const tell = (rule: string, path: string, problem: string, instead: string) =>
    problems.push(finding(rule, path, problem, instead));
  const nothing = { flow: { steps: [] }, problems };

  if (isTooDeep(json)) {
    tell("not-a-flow", "$", "is nested deeper than any flow", "give a flow of language 2019-10-30");
    return nothing;
  }
  const content = contentOf(json);
  if (!isObject(content)) {
    tell("not-a-flow", "$", "is not a flow", "give the content of a flow, a JSON object with Version and Actions");
    return nothing;
  }
  if (Array.isArray(content.modules)) {
    tell(
      "old-format",
      "modules",
      "is the console's older export format, not the flow language 2019-10-30",
      "open the flow in the console and export it again, or take it from aws connect describe-contact-flow",
    );
    return nothing;
  }
  if (content.Version !== "2019-10-30") {
    tell("version", "Version", "is not the flow language's only version", 'write "2019-10-30"');
  }
  if (!Array.isArray(content.Actions)) {
    tell("actions", "Actions", "is not a list", "write the list of the flow's actions");
    return nothing;
  }
  const { length } = content.Actions;
  if (length > MAX_ACTIONS) {
    tell("too-many-actions", "Actions", `has ${length} actions`, `write at most ${MAX_ACTIONS}; move some to a module`);
  }
  if (length > MAX_READ_ACTIONS) return nothing;
  if (JSON.stringify(content).length > MAX_CHARACTERS) {
    tell("too-long", "$", `has more than ${MAX_CHARACTERS} characters`, "move some of its steps to a module");
  }

  const names = new Set<string>();
  const steps = content.Actions.flatMap((action, index) => {
    const path = `Actions[${index}]`;
    if (!isObject(action)) {
      tell("action", path, "is not an action", "write an object with Identifier, Type, Parameters and Transitions");
      return [];
    }
    const name = readName(action.Identifier, names, path, tell);
    const named = { name, ...friendlyNameOf(content, name) };
    return [
      readStep(action, named, (rule, where, problem, instead) =>
        problems.push({ ...ownerOf(named), ...finding(rule, where, problem, instead) }),
      ),
    ];
  });
  const start = textAt(content, "StartAction");
  if (start === undefined || !names.has(start)) {
    const which = start === undefined ? "is missing" : `names "${shown(start)}", which is not a step`;
    tell("start", "StartAction", which, "write the Identifier of the flow's first action");
  }
  return { flow: { start, steps }, problems };
}

type Tell = (rule: string, path: string, problem: string, instead: string) => void;

/** The flow itself, also within an answer of `aws connect describe-contact-flow` or `describe-contact-flow-module`. */
function contentOf(json: unknown): unknown {
  const described = textAt(json, "ContactFlow.Content") ?? textAt(json, "ContactFlowModule.Content");
  if (described === undefined) return json;
  try {
    const content: unknown = JSON.parse(described);
    return isTooDeep(content) ? undefined : content;
  } catch {
    return undefined;
  }
}

function readName(identifier: unknown, names: Set<string>, path: string, tell: Tell): string {
  if (typeof identifier !== "string" || identifier === "") {
    tell("identifier", `${path}.Identifier`, "is not a name", "write a text that is unique in the flow");
    return path;
  }
  const wrong = names.has(identifier)
    ? ["is the name of another step too", "write a name of its own"]
    : identifier.length > MAX_IDENTIFIER_CHARACTERS
      ? [`is longer than ${MAX_IDENTIFIER_CHARACTERS} characters`, "write a shorter name"]
      : REFUSED_CHARACTERS.test(identifier)
        ? ["has one of the characters % : ( \\ / ) = $ , ; [ ] { }", "write a name without them"]
        : REFUSED_IDENTIFIERS.has(identifier)
          ? ["is a name that the service refuses", "write another name"]
          : undefined;
  if (wrong) tell("identifier", `${path}.Identifier`, `"${shown(identifier)}" ${wrong[0]}`, String(wrong[1]));
  names.add(identifier);
  return identifier;
}

function friendlyNameOf(content: JsonObject, name: string): { friendlyName?: string } {
  const actions = at(content, "Metadata.ActionMetadata");
  const own = isObject(actions) && Object.hasOwn(actions, name) ? actions[name] : undefined;
  const friendlyName = textAt(own, "friendlyName") ?? textAt(own, "FriendlyName");
  return friendlyName ? { friendlyName } : {};
}

function readStep(action: JsonObject, named: Pick<FlowStep, "name" | "friendlyName">, tell: Tell): FlowStep {
  const { Type, Parameters = {}, Transitions = {} } = action;
  if (typeof Type !== "string") tell("action-type", "Type", "is not a text", "write the action's type");
  // Exported flows have null in place of no parameters.
  if (!isObject(Parameters ?? {})) tell("parameters", "Parameters", "is not an object", "write {} for none");
  if (!isObject(Transitions ?? {})) tell("transitions", "Transitions", "is not an object", "write {} for none");
  return {
    ...named,
    type: typeof Type === "string" ? Type : "",
    parameters: isObject(Parameters) ? Parameters : {},
    branches: isObject(Transitions) ? readBranches(Transitions, tell) : [],
  };
}

function readBranches(transitions: JsonObject, tell: Tell): Branch[] {
  const branch = (kind: Branch["kind"], path: string, to: unknown): Branch[] => {
    if (typeof to === "string" && to !== "") return [{ kind, path, to }];
    tell("transition", path, "names no step", "write the Identifier of the action that follows");
    return [];
  };
  const listed = (kind: "condition" | "error", name: "Conditions" | "Errors"): Branch[] => {
    const list = transitions[name] ?? [];
    if (!Array.isArray(list)) {
      tell("transitions", `Transitions.${name}`, "is not a list", "write [] for none");
      return [];
    }
    return list.flatMap((entry, index): Branch[] => {
      const path = `Transitions.${name}[${index}]`;
      const [found] = branch(kind, `${path}.NextAction`, at(entry, "NextAction"));
      if (kind === "error") {
        const errorType = textAt(entry, "ErrorType");
        if (!errorType) tell("transition", `${path}.ErrorType`, "is missing", "write the error that leads there");
        return found ? [{ ...found, errorType }] : [];
      }
      const operator = textAt(entry, "Condition.Operator");
      const operands = at(entry, "Condition.Operands");
      if (!operator || !Array.isArray(operands)) {
        tell("transition", `${path}.Condition`, "is not a condition", "write an Operator and the list of its Operands");
      }
      return found ? [{ ...found, operator, operands: Array.isArray(operands) ? operands : [] }] : [];
    });
  };
  return [
    ...(transitions.NextAction === undefined ? [] : branch("next", "Transitions.NextAction", transitions.NextAction)),
    ...listed("condition", "Conditions"),
    ...listed("error", "Errors"),
  ].filter(({ to }) => !isFilledInLater(to));
}
