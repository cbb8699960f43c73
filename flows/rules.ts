import type { ErrorType, FlowAction, FlowContent, FlowParameters, Operator } from "./language";

/** Limits of a flow, from the service's documentation. */
const MAX_ACTIONS = 250;
const MAX_CHARACTERS = 256_000;
const MAX_IDENTIFIER_CHARACTERS = 50;
const REFUSED_IN_IDENTIFIERS = /[%:(\\/)=$,;[\]{}]/;

const PROMPTS = ["Text", "SSML", "PromptId"];

const OPERATORS = new Set<Operator>([
  ...(["Equals", "KeyExists", "TextStartsWith", "TextEndsWith", "TextContains"] as const),
  ...(["NumberGreaterThan", "NumberGreaterOrEqualTo", "NumberLessThan", "NumberLessOrEqualTo"] as const),
]);

interface ActionRules {
  /** parameters, as `Outer.Inner`; true: must be there */
  parameters: Record<string, boolean>;
  /** errors that must be declared, and that may be */
  errors?: { required?: ErrorType[]; allowed?: ErrorType[] };
  conditions?: "required" | "allowed";
  terminal?: true;
  /** what the two lists cannot say */
  further?: (action: FlowAction) => string[];
}

/**
 * Every reason Connect would refuse to publish the flow, or would silently ignore part of it: each names its step.
 * The service itself answers a refused flow with "Invalid flow" alone, at the end of a deployment.
 */
export function flowProblems(flow: FlowContent): string[] {
  const names = flow.Actions.map(({ Identifier }) => Identifier);
  const known = new Set(names);
  const problems = [
    ...(flow.Actions.length > MAX_ACTIONS
      ? [`the flow has ${names.length} actions, at most ${MAX_ACTIONS} are allowed`]
      : []),
    ...(JSON.stringify(flow).length > MAX_CHARACTERS ? [`the flow is longer than ${MAX_CHARACTERS} characters`] : []),
    ...(known.has(flow.StartAction) ? [] : [`the flow starts with "${flow.StartAction}", which is not a step`]),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name}: two steps have this name`),
  ];
  const reached = reachableFrom(flow);
  for (const action of flow.Actions) {
    const found = [
      ...identifierProblems(action.Identifier),
      ...valueProblems(action.Parameters),
      ...transitionProblems(action, known),
      ...ruleProblems(action),
      ...(reached.has(action.Identifier) ? [] : ["no step leads to it"]),
    ];
    problems.push(...found.map((problem) => `${action.Identifier}: ${problem}`));
  }
  return problems;
}

function identifierProblems(name: string): string[] {
  return [
    ...(name.length === 0 ? ["its name is empty"] : []),
    ...(name.length > MAX_IDENTIFIER_CHARACTERS
      ? [`its name is longer than ${MAX_IDENTIFIER_CHARACTERS} characters`]
      : []),
    ...(REFUSED_IN_IDENTIFIERS.test(name) ? ["its name has one of the characters % : ( \\ / ) = $ , ; [ ] { }"] : []),
  ];
}

/** Numbers, booleans and empty strings are refused wherever they stand. */
function valueProblems(value: unknown, path = "Parameters"): string[] {
  if (typeof value === "string") return value === "" ? [`${path} is empty`] : [];
  if (value === null || typeof value !== "object") return [`${path} is not a string`];
  return Object.entries(value).flatMap(([name, inner]) => valueProblems(inner, `${path}.${name}`));
}

function transitionProblems({ Transitions, Type }: FlowAction, known: Set<string>): string[] {
  const targets = targetsOf(Transitions);
  return [
    ...targets.filter((target) => !known.has(target)).map((target) => `it leads to "${target}", which is not a step`),
    ...(Transitions.NextAction === undefined && !RULES[Type]?.terminal ? ["it has no NextAction"] : []),
    ...(Transitions.Conditions ?? []).flatMap(({ Condition: { Operator, Operands } }) => [
      ...(OPERATORS.has(Operator) ? [] : [`a condition's operator is ${Operator}`]),
      ...(Operands.length === 1 ? [] : ["a condition needs exactly one operand"]),
      ...Operands.flatMap((operand) => valueProblems(operand, "a condition's operand")),
    ]),
  ];
}

function ruleProblems(action: FlowAction): string[] {
  const rules = RULES[action.Type];
  if (!rules) return [`the action type ${action.Type} is not known`];
  const given = parameterPaths(action.Parameters, rules.parameters);
  const declared = (action.Transitions.Errors ?? []).map(({ ErrorType }) => ErrorType);
  const { required = [], allowed = [] } = rules.errors ?? {};
  const conditions = action.Transitions.Conditions ?? [];
  return [
    ...Object.entries(rules.parameters)
      .filter(([path, needed]) => needed && !given.includes(path))
      .map(([path]) => `the parameter ${path} is missing`),
    ...given.filter((path) => !(path in rules.parameters)).map((path) => `there is no parameter ${path}`),
    ...required.filter((type) => !declared.includes(type)).map((type) => `the error ${type} is not handled`),
    ...declared
      .filter((type) => ![...required, ...allowed].includes(type))
      .map((type) => `the error ${type} is not allowed`),
    ...(conditions.length > 0 && !rules.conditions ? ["conditions are not allowed"] : []),
    ...(conditions.length === 0 && rules.conditions === "required" ? ["it has no conditions"] : []),
    ...(rules.further?.(action) ?? []),
  ];
}

/** Paths of the given parameters, down to those the rules name; below these a step may name what it likes. */
function parameterPaths(parameters: FlowParameters, rules: Record<string, boolean>, prefix = ""): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const path = prefix + name;
    const goesOn = Object.keys(rules).some((rule) => rule.startsWith(`${path}.`));
    return typeof value === "object" && !Array.isArray(value) && goesOn
      ? parameterPaths(value, rules, `${path}.`)
      : [path];
  });
}

const PROMPT = { Text: false, SSML: false, PromptId: false };

const RULES: Record<string, ActionRules> = {
  MessageParticipant: {
    parameters: { ...PROMPT, Media: false },
    errors: { allowed: ["NoMatchingError"] },
    further: (action) => onePrompt(action, [...PROMPTS, "Media"]),
  },
  GetParticipantInput: {
    parameters: {
      ...PROMPT,
      StoreInput: true,
      InputTimeLimitSeconds: true,
      "InputValidation.CustomValidation.MaximumLength": false,
      "InputEncryption.EncryptionKeyId": false,
      "InputEncryption.Key": false,
      "DTMFConfiguration.InputTerminationSequence": false,
      "DTMFConfiguration.DisableCancelKey": false,
      "DTMFConfiguration.InterdigitTimeLimitSeconds": false,
    },
    errors: { required: ["NoMatchingError"], allowed: ["InputTimeLimitExceeded", "NoMatchingCondition"] },
    conditions: "allowed",
    further: (action) => [
      ...onePrompt(action),
      ...inRange(action, "InputTimeLimitSeconds", 1, 180),
      ...inRange(action, "DTMFConfiguration.InterdigitTimeLimitSeconds", 1, 20),
      ...((at(action, "DTMFConfiguration.InputTerminationSequence")?.length ?? 0) > 5
        ? ["DTMFConfiguration.InputTerminationSequence is longer than 5 keys"]
        : []),
      ...oneOf(action, "DTMFConfiguration.DisableCancelKey", ["True", "False"]),
      ...oneOf(action, "StoreInput", ["True", "False"]),
      ...(at(action, "StoreInput") === "True" ? storingProblems(action) : choosingProblems(action)),
    ],
  },
  InvokeLambdaFunction: {
    parameters: {
      LambdaFunctionARN: true,
      InvocationTimeLimitSeconds: true,
      InvocationType: false,
      LambdaInvocationAttributes: false,
      "ResponseValidation.ResponseType": false,
    },
    errors: { required: ["NoMatchingError"] },
    further: (action) => [
      ...inRange(action, "InvocationTimeLimitSeconds", 1, 8),
      ...oneOf(action, "InvocationType", ["SYNCHRONOUS"]),
      ...oneOf(action, "ResponseValidation.ResponseType", ["STRING_MAP", "JSON"]),
    ],
  },
  Compare: {
    parameters: { ComparisonValue: true },
    errors: { required: ["NoMatchingCondition"] },
    conditions: "required",
    further: (action) => [
      ...(/^\$\.\w+(\.\w+)*$/.test(at(action, "ComparisonValue") ?? "") ? [] : ["ComparisonValue is not one JSONPath"]),
      ...(action.Transitions.Errors?.[0]?.NextAction === action.Transitions.NextAction
        ? []
        : ["NoMatchingCondition and NextAction lead to different steps"]),
    ],
  },
  Loop: {
    parameters: { LoopCount: true },
    conditions: "required",
    further: (action) => {
      const operands = (action.Transitions.Conditions ?? []).map(({ Condition }) => Condition.Operands[0]);
      return [
        ...inRange(action, "LoopCount", 0, 100),
        ...(operands.toSorted().join() === "ContinueLooping,DoneLooping"
          ? []
          : ["its conditions are not ContinueLooping and DoneLooping"]),
      ];
    },
  },
  UpdateFlowLoggingBehavior: {
    parameters: { FlowLoggingBehavior: true },
    further: (action) => oneOf(action, "FlowLoggingBehavior", ["Enabled", "Disabled"]),
  },
  UpdateContactRecordingBehavior: {
    parameters: { "RecordingBehavior.RecordedParticipants": true, "RecordingBehavior.IVRRecordingBehavior": false },
    further: (action) => oneOf(action, "RecordingBehavior.IVRRecordingBehavior", ["Enabled", "Disabled"]),
  },
  UpdateContactTextToSpeechVoice: {
    parameters: { TextToSpeechVoice: true, TextToSpeechEngine: false, TextToSpeechStyle: false },
    errors: { allowed: ["NoMatchingError"] },
  },
  UpdateContactAttributes: {
    parameters: { Attributes: true, TargetContact: false },
    errors: { required: ["NoMatchingError"] },
  },
  UpdateFlowAttributes: {
    parameters: { FlowAttributes: true },
    errors: { required: ["NoMatchingError"] },
    further: ({ Parameters }) =>
      Object.entries(Parameters.FlowAttributes ?? {})
        .filter(([, value]) => typeof (value as FlowParameters)?.Value !== "string")
        .map(([name]) => `FlowAttributes.${name} has no Value`),
  },
  UpdateContactTargetQueue: { parameters: { QueueId: true }, errors: { required: ["NoMatchingError"] } },
  TransferContactToQueue: { parameters: {}, errors: { required: ["QueueAtCapacity", "NoMatchingError"] } },
  EndFlowModuleExecution: { parameters: {}, terminal: true },
  DisconnectParticipant: {
    parameters: {},
    terminal: true,
    further: ({ Transitions }) => (targetsOf(Transitions).length > 0 ? ["nothing can follow it"] : []),
  },
};

function onePrompt(action: FlowAction, prompts = PROMPTS): string[] {
  const given = prompts.filter((name) => name in action.Parameters);
  return given.length === 1 ? [] : [`it needs one of ${prompts.join(", ")}, and has ${given.join(", ") || "none"}`];
}

/** A step that stores takes digits; the service refuses conditions on it, and every error but one. */
function storingProblems(action: FlowAction): string[] {
  const { Conditions = [], Errors = [] } = action.Transitions;
  const encrypts = "InputEncryption" in action.Parameters;
  return [
    ...(Conditions.length > 0 ? ["conditions are not allowed while StoreInput is True"] : []),
    ...Errors.filter(({ ErrorType }) => ErrorType !== "NoMatchingError").map(
      ({ ErrorType }) => `the error ${ErrorType} is not allowed while StoreInput is True`,
    ),
    ...(encrypts && !at(action, "InputEncryption.EncryptionKeyId")
      ? ["InputEncryption.EncryptionKeyId is missing"]
      : []),
    ...(encrypts && !/-----BEGIN CERTIFICATE-----|\$\{/.test(at(action, "InputEncryption.Key") ?? "")
      ? ["InputEncryption.Key is not a certificate in PEM form"]
      : []),
    ...(encrypts && !at(action, "InputValidation.CustomValidation.MaximumLength")
      ? ["InputEncryption needs InputValidation.CustomValidation"]
      : []),
  ];
}

function choosingProblems(action: FlowAction): string[] {
  const { Conditions = [], Errors = [] } = action.Transitions;
  const declared = Errors.map(({ ErrorType }) => ErrorType);
  return [
    ...("InputEncryption" in action.Parameters ? ["InputEncryption needs StoreInput True"] : []),
    ...Conditions.filter(({ Condition }) => Condition.Operator !== "Equals" || Condition.Operands[0].length !== 1).map(
      () => "a condition must compare one key by Equals",
    ),
    ...(["InputTimeLimitExceeded", "NoMatchingCondition"] as const)
      .filter((type) => !declared.includes(type))
      .map((type) => `the error ${type} is not handled`),
  ];
}

function inRange(action: FlowAction, path: string, least: number, most: number): string[] {
  const value = at(action, path);
  if (value === undefined) return [];
  const fits = /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
  return fits ? [] : [`${path} is not a whole number from ${least} to ${most}`];
}

function oneOf(action: FlowAction, path: string, values: string[]): string[] {
  const value = at(action, path);
  return value === undefined || values.includes(value) ? [] : [`${path} is not ${values.join(" or ")}`];
}

/** The text at a parameter's path, if there is one. */
function at(action: FlowAction, path: string): string | undefined {
  let value: unknown = action.Parameters;
  for (const name of path.split(".")) value = (value as FlowParameters | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}

const targetsOf = ({ NextAction, Conditions = [], Errors = [] }: FlowAction["Transitions"]): string[] => [
  ...(NextAction === undefined ? [] : [NextAction]),
  ...Conditions.map((condition) => condition.NextAction),
  ...Errors.map((error) => error.NextAction),
];

function reachableFrom(flow: FlowContent): Set<string> {
  const byName = new Map(flow.Actions.map((action) => [action.Identifier, action]));
  const reached = new Set<string>();
  const waiting = [flow.StartAction];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const action = byName.get(name);
    if (!action || reached.has(name)) continue;
    reached.add(name);
    waiting.push(...targetsOf(action.Transitions));
  }
  return reached;
}
