import { isObject, stringAt, valueAt } from "../json";
import { printable } from "../printable";
import { isStepName, listedTransitions, readableActions } from "../read-flow";
import type { Finding, FlowRule, StepRule } from "./rule";

/**
 * Each entry of `Actions` is an object.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const actionNotAnObject: FlowRule = ({ content }) =>
  (readableActions(content) ?? []).flatMap((entry, index) =>
    isObject(entry)
      ? []
      : [
          {
            path: `Actions[${index}]`,
            problem: "is not an action",
            instead: "write an object with Identifier, Type, Parameters and Transitions",
          },
        ],
  );

const MAX_IDENTIFIER_CHARACTERS = 50;
const REJECTED_CHARACTERS = /[%:(\\/)=$,;[\]{}]/;
const REJECTED_IDENTIFIERS = new Set([
  ...["__proto__", "constructor", "__defineGetter__", "__defineSetter__", "toString", "hasOwnProperty"],
  ...["isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "valueOf"],
]);

/**
 * An identifier is unique, has at most 50 characters, and is none of the characters and names that the documentation
 * excludes.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const invalidIdentifier: FlowRule = ({ steps }) => {
  const names = new Set<string>();
  return steps.flatMap(({ action: { Identifier }, path }) => {
    const finding = (problem: string, instead: string) => [{ path: `${path}.Identifier`, problem, instead }];
    if (!isStepName(Identifier)) return finding("is not a name", "write a string that is unique in the flow");
    const isRepeated = names.has(Identifier);
    names.add(Identifier);
    const shown = `"${printable(Identifier)}"`;
    if (isRepeated) return finding(`${shown} is also the name of another step`, "write a unique name");
    if (Identifier.length > MAX_IDENTIFIER_CHARACTERS)
      return finding(`${shown} is longer than ${MAX_IDENTIFIER_CHARACTERS} characters`, "write a shorter name");
    if (REJECTED_CHARACTERS.test(Identifier))
      return finding(`${shown} has one of the characters % : ( \\ / ) = $ , ; [ ] { }`, "write a name without them");
    if (REJECTED_IDENTIFIERS.has(Identifier))
      return finding(`${shown} is a name that the service rejects`, "write another name");
    return [];
  });
};

/**
 * `StartAction` names a step.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-example.html
 */
export const invalidStart: FlowRule = (flow) => {
  if (flow.steps.some(({ action: { Identifier } }) => isStepName(Identifier) && Identifier === flow.start)) return [];
  const problem = flow.start === undefined ? "is missing" : `names "${printable(flow.start)}", which is not a step`;
  return [{ path: "StartAction", problem, instead: "write the Identifier of the flow's first action" }];
};

/**
 * `Type` is a string.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const missingActionType: StepRule = ({ action: { Type } }) =>
  typeof Type === "string" ? [] : [{ path: "Type", problem: "is not a string", instead: "write the action's type" }];

/**
 * `Parameters` is an object. Exported flows contain `null` where an action has no parameters.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const invalidParameters: StepRule = ({ action: { Parameters } }) => mustBeObject("Parameters", Parameters);

/**
 * `Transitions` is an object, and its `Conditions` and `Errors` are lists.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const invalidTransitions: StepRule = ({ action: { Transitions } }) => {
  if (!isObject(Transitions)) return mustBeObject("Transitions", Transitions);
  return ["Conditions", "Errors"]
    .filter((name) => !Array.isArray(Transitions[name] ?? []))
    .map((name) => ({
      path: `Transitions.${name}`,
      problem: "is not a list",
      instead: "write [] if there are none",
    }));
};

const mustBeObject = (path: string, value: unknown): Finding[] =>
  isObject(value ?? {}) ? [] : [{ path, problem: "is not an object", instead: "write {} if it is empty" }];

/**
 * Each transition names a step. An error has a type, a condition has an operator and operands.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const invalidTransition: StepRule = ({ action: { Transitions } }) => {
  if (!isObject(Transitions)) return [];
  return [
    ...(Transitions.NextAction === undefined ? [] : mustNameStep("Transitions", Transitions)),
    ...listedTransitions(Transitions, "Conditions").flatMap(({ path, entry }) => [
      ...mustNameStep(path, entry),
      ...mustBeCondition(path, entry),
    ]),
    ...listedTransitions(Transitions, "Errors").flatMap(({ path, entry }) => [
      ...mustNameStep(path, entry),
      ...mustHaveErrorType(path, entry),
    ]),
  ];
};

const mustNameStep = (path: string, entry: unknown): Finding[] =>
  isStepName(valueAt(entry, "NextAction"))
    ? []
    : [
        {
          path: `${path}.NextAction`,
          problem: "names no step",
          instead: "write the Identifier of the action that follows",
        },
      ];

const mustBeCondition = (path: string, entry: unknown): Finding[] =>
  stringAt(entry, "Condition.Operator") && Array.isArray(valueAt(entry, "Condition.Operands"))
    ? []
    : [
        {
          path: `${path}.Condition`,
          problem: "is not a condition",
          instead: "write an Operator and the list of its Operands",
        },
      ];

const mustHaveErrorType = (path: string, entry: unknown): Finding[] =>
  stringAt(entry, "ErrorType")
    ? []
    : [{ path: `${path}.ErrorType`, problem: "is missing", instead: "write the error that this branch is for" }];
