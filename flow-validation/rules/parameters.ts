import { type ActionSpec, PROMPT_PARAMETERS, specOf } from "../action-specs";
import { isActionType, similarActionType, similarName } from "../action-types";
import { isDynamic, isTemplate } from "../dynamic-values";
import { isObject, leaves, stringAt, valueAt } from "../json";
import { memoize } from "../memoize";
import { printable, printablePath } from "../printable";
import type { FlowStep } from "../read-flow";
import { isBufferStep, isStoring } from "../sensitive-input";
import type { Finding, StepRule } from "./rule";

/**
 * The flow language has the action's type.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const unknownActionType: StepRule = ({ type }) => {
  if (type === "" || isTemplate(type) || isActionType(type)) return [];
  const similar = similarActionType(type);
  return [
    {
      path: "Type",
      problem: `"${printable(type)}" is not an action type`,
      instead: similar ? `write ${similar}` : "write a type that the documentation of the flow language lists",
    },
  ];
};

/**
 * An action has the parameters that it needs.
 *
 * Evidence: AWS's page for each action. The live service rejects a flow attribute that is not an object with `Value`.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const missingParameter: StepRule = (step) => {
  const missing = (path: string, instead: string) => ({ path: `Parameters.${path}`, problem: "is missing", instead });
  return [
    ...Object.entries(specOf(step)?.required ?? {})
      .filter(([path]) => valueAt(step.parameters, path) === undefined)
      .map(([path, instead]) => missing(path, instead)),
    ...(storesWithoutValidation(step)
      ? [missing("InputValidation", "add CustomValidation or PhoneNumberValidation")]
      : []),
    ...flowAttributesWithoutValue(step).map((name) =>
      missing(`FlowAttributes.${printable(name)}.Value`, 'write { "Value": … }'),
    ),
  ];
};

/** For an encrypted input, `encryption-needs-validation` reports it. */
const storesWithoutValidation = (step: FlowStep): boolean =>
  isStoring(step) &&
  !isBufferStep(step) &&
  ["InputEncryption", "InputValidation.CustomValidation", "InputValidation.PhoneNumberValidation"].every(
    (path) => valueAt(step.parameters, path) === undefined,
  );

function flowAttributesWithoutValue({ type, parameters }: FlowStep): string[] {
  const attributes = type === "UpdateFlowAttributes" ? valueAt(parameters, "FlowAttributes") : undefined;
  return Object.entries(isObject(attributes) ? attributes : {})
    .filter(([, value]) => stringAt(value, "Value") === undefined)
    .map(([name]) => name);
}

/**
 * A parameter's name is not a misspelling of a known one. Other unknown names are allowed, because the service adds
 * parameters over time.
 *
 * Evidence: AWS's page for each action.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const unknownParameter: StepRule = (step) => {
  const spec = specOf(step);
  if (!spec) return [];
  const known = knownParameters(spec);
  return Object.keys(step.parameters).flatMap((name) => {
    const similar = known.includes(name) ? undefined : similarName(name, known);
    return similar
      ? [{ path: `Parameters.${printable(name)}`, problem: "is not a parameter", instead: `write ${similar}` }]
      : [];
  });
};

const knownParameters = ({ required = {}, optional = [], prompt }: ActionSpec): string[] => [
  ...new Set([
    ...(prompt ? PROMPT_PARAMETERS : []),
    ...Object.keys(required).map((path) => path.split(".")[0] ?? ""),
    ...optional,
  ]),
];

/**
 * No parameter is an empty string.
 *
 * Evidence: the live service rejects empty strings anywhere in the parameters.
 */
export const emptyText: StepRule = (step) =>
  scalars(step)
    .filter(([, value]) => value === "")
    .map(([path]) => ({ path: printablePath(path), problem: "is empty", instead: "write a text, or omit it" }));

/**
 * Every scalar in the parameters is a string: `"5"`, `"True"`.
 *
 * Evidence: the live service rejects other scalars.
 */
export const notAText: StepRule = (step) =>
  scalars(step)
    .filter(([, value]) => typeof value !== "string")
    .map(([path]) => ({
      path: printablePath(path),
      problem: "is not a string",
      instead: "write numbers and booleans in quotes",
    }));

const scalars = memoize((step: FlowStep): [path: string, value: unknown][] => {
  const spec = specOf(step);
  return spec && !spec.anyValues ? leaves(step.parameters, "Parameters") : [];
});

/**
 * A message has exactly one prompt, and an input has at most one.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-messageparticipant.html
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
export const onePrompt: StepRule = (step) => {
  const { prompt } = specOf(step) ?? {};
  const given = PROMPT_PARAMETERS.filter((name) => Object.hasOwn(step.parameters, name));
  return prompt === undefined || given.length === 1 || (given.length === 0 && prompt === "optional")
    ? []
    : [
        {
          path: "Parameters",
          problem: `has ${given.join(" and ") || "no prompt"}`,
          instead: `write exactly one of ${PROMPT_PARAMETERS.join(", ")}`,
        },
      ];
};

/**
 * Numbers are within their limits: `LoopCount` 0 to 100, `InputTimeLimitSeconds` of a stored input 1 to 180,
 * `InterdigitTimeLimitSeconds` 1 to 20. No greatest `MaximumLength` is documented, and exported flows exceed 20.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-control-actions-loop.html
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
export const outOfRange: StepRule = (step) => [
  ...Object.entries(specOf(step)?.ranges ?? {}).flatMap(([path, [least, greatest]]) =>
    rangeFindings(step, path, least, greatest),
  ),
  ...(isStoring(step) ? maximumLengthFindings(step) : []),
];

function maximumLengthFindings({ parameters }: FlowStep): Finding[] {
  const path = "InputValidation.CustomValidation.MaximumLength";
  const value = stringAt(parameters, path);
  return !value || isDynamic(value) || /^[1-9]\d*$/.test(value)
    ? []
    : [{ path: `Parameters.${path}`, problem: "is not a whole number", instead: 'write one, such as "16"' }];
}

function rangeFindings({ parameters }: FlowStep, path: string, least: number, greatest: number): Finding[] {
  const value = stringAt(parameters, path);
  if (!value || isDynamic(value)) return [];
  return /^\d+$/.test(value) && Number(value) >= least && Number(value) <= greatest
    ? []
    : [
        {
          path: `Parameters.${path}`,
          problem: `is not a whole number from ${least} to ${greatest}`,
          instead: `write "${least}" to "${greatest}"`,
        },
      ];
}

/**
 * The time limit of a function is 1 to 8 seconds, or 1 to 60 if the flow does not wait for the response.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/interactions-invokelambdafunction.html
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/invoke-lambda-function-block.html
 */
export const lambdaTimeLimit: StepRule = (step) =>
  step.type === "InvokeLambdaFunction"
    ? rangeFindings(
        step,
        "InvocationTimeLimitSeconds",
        1,
        stringAt(step.parameters, "InvocationType") === "ASYNCHRONOUS" ? 60 : 8,
      )
    : [];

/**
 * A parameter with a fixed set of values has one of these. Case does not count: exported flows differ in it.
 *
 * Evidence: AWS's page for each action.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const unknownValue: StepRule = (step) =>
  Object.entries(specOf(step)?.values ?? {}).flatMap(([path, values]) => {
    const value = stringAt(step.parameters, path);
    return !value || isTemplate(value) || values.some((allowed) => allowed.toLowerCase() === value.toLowerCase())
      ? []
      : [{ path: `Parameters.${path}`, problem: "has an unknown value", instead: `write ${values.join(" or ")}` }];
  });

const VOICE_ENGINES = ["Standard", "Neural", "Generative"];

/**
 * A voice has an engine of Amazon Polly that Connect supports: not `long-form`. Engines of other vendors contain a colon.
 * Case does not count: exported flows differ in it. With any other engine, the step takes its Error branch, and the call
 * continues with the default voice.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/set-voice.html
 */
export const unknownVoiceEngine: StepRule = ({ type, parameters }) => {
  const engine = type === "UpdateContactTextToSpeechVoice" ? stringAt(parameters, "TextToSpeechEngine") : undefined;
  return !engine ||
    isDynamic(engine) ||
    engine.includes(":") ||
    VOICE_ENGINES.some((known) => known.toLowerCase() === engine.toLowerCase())
    ? []
    : [
        {
          path: "Parameters.TextToSpeechEngine",
          problem: "is an engine that Connect does not support",
          instead: `write ${VOICE_ENGINES.join(" or ")}`,
        },
      ];
};

const MAX_TERMINATION_KEYS = 5;

/**
 * At most 5 keys end an input.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
export const tooManyTerminationKeys: StepRule = ({ type, parameters }) => {
  const path = "DTMFConfiguration.InputTerminationSequence";
  const keys = stringAt(parameters, path) ?? "";
  return type === "GetParticipantInput" && keys.length > MAX_TERMINATION_KEYS && !isDynamic(keys)
    ? [
        {
          path: `Parameters.${path}`,
          problem: `is longer than ${MAX_TERMINATION_KEYS} keys`,
          instead: `write at most ${MAX_TERMINATION_KEYS}`,
        },
      ]
    : [];
};

const JSON_PATH = /^\$(\.\w[\w-]*|\.?\[[^[\]]+\])+$/;
const NAMESPACE_ALONE = /^\$\.(Attributes|External|FlowAttributes)$/;

/**
 * A comparison has exactly one JSONPath. The live service rejects a namespace alone, such as `$.External`.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-control-actions-compare.html
 */
export const invalidComparisonValue: StepRule = ({ type, parameters }) => {
  const value = type === "Compare" ? stringAt(parameters, "ComparisonValue") : undefined;
  return !value || isTemplate(value) || (JSON_PATH.test(value) && !NAMESPACE_ALONE.test(value))
    ? []
    : [
        {
          path: "Parameters.ComparisonValue",
          problem: "is not exactly one JSONPath of a value",
          instead: "write one, such as $.External.outcome",
        },
      ];
};
