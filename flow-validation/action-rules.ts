import { isActionType, similarActionType, similarName } from "./action-types";
import { type Finding, finding, shown, shownPath } from "./flow-problem";
import { inputFindings, onePrompt, PROMPT, refusedCondition, refusedError } from "./input-rules";
import { at, isFilledInLater, leaves, textAt } from "./json";
import type { Branch, FlowStep } from "./read-flow";
import { inRange, oneOf } from "./values";

/**
 * What the live service accepts of the actions that are used the most. Of the others only the types are known here: a
 * rule that is not certain would find fault with flows that work.
 */
interface ActionRules {
  /** parameters, as `Outer.Inner`; true: must be there */
  parameters: Record<string, boolean>;
  /** errors that must be declared */
  errors?: string[];
  /** the errors that may be: any, unless told */
  onlyErrors?: string[];
  /** a module's answer has the types that the module declares */
  anyValues?: true;
  conditions?: false;
  terminal?: true;
  further?: (step: FlowStep) => Finding[];
}

/** Everything that a step alone shows to be wrong. */
export function ruleFindings(step: FlowStep): Finding[] {
  if (step.type === "" || isFilledInLater(step.type)) return [];
  const rules = RULES.get(step.type);
  if (rules)
    return [...parameterFindings(step, rules), ...branchFindings(step, rules), ...(rules.further?.(step) ?? [])];
  if (isActionType(step.type)) return [];
  const similar = similarActionType(step.type);
  return [
    finding(
      "unknown-action-type",
      "Type",
      `"${shown(step.type)}" is no action type`,
      similar ? `write ${similar}` : "write a type of the flow language's documentation",
    ),
  ];
}

function parameterFindings({ parameters }: FlowStep, rules: ActionRules): Finding[] {
  const known = Object.keys(rules.parameters);
  return [
    ...known
      .filter((path) => rules.parameters[path] && at(parameters, path) === undefined)
      .map((path) => finding("missing-parameter", `Parameters.${path}`, "is missing", "write it")),
    ...Object.keys(parameters).flatMap((name) => {
      const names = [...new Set(known.map((path) => path.split(".")[0] ?? ""))];
      const similar = names.includes(name) ? undefined : similarName(name, names);
      return similar
        ? [finding("unknown-parameter", `Parameters.${shown(name)}`, "is no parameter", `write ${similar}`)]
        : [];
    }),
    ...[...(rules.anyValues ? [] : leaves(parameters, "Parameters"))].flatMap(([path, value]) => {
      if (value === "") return [finding("empty-text", shownPath(path), "is empty", "write a text, or leave it out")];
      return typeof value === "string"
        ? []
        : [finding("not-a-text", shownPath(path), "is not a text", "write numbers and booleans in quotes")];
    }),
  ];
}

function branchFindings({ branches }: FlowStep, rules: ActionRules): Finding[] {
  const errors = branches.filter(({ kind }) => kind === "error");
  const conditions = branches.filter(({ kind }) => kind === "condition");
  const required = rules.errors ?? [];
  if (rules.terminal) {
    return branches.length === 0
      ? []
      : [finding("after-the-end", "Transitions", "leads on from the flow's end", "write {}")];
  }
  return [
    ...(branches.some(({ kind }) => kind === "next")
      ? []
      : [finding("missing-next-action", "Transitions.NextAction", "is missing", "name the step that follows")]),
    ...required
      .filter((type) => !errors.some(({ errorType }) => errorType === type))
      .map((type) => finding("missing-error", "Transitions.Errors", `do not have ${type}`, `add where ${type} leads`)),
    ...errors
      .filter(({ errorType }) => errorType && rules.onlyErrors && !rules.onlyErrors.includes(errorType))
      .map(({ path, errorType }) => refusedError(path, errorType)),
    ...(rules.conditions === false ? conditions.map(({ path }) => refusedCondition(path)) : []),
    ...conditions.flatMap(operandFindings),
  ];
}

const OPERATORS = [
  ...["Equals", "KeyExists", "TextStartsWith", "TextEndsWith", "TextContains"],
  ...["NumberGreaterThan", "NumberGreaterOrEqualTo", "NumberLessThan", "NumberLessOrEqualTo"],
];

function operandFindings({ path, operator, operands = [] }: Branch): Finding[] {
  const condition = path.replace(/\.NextAction$/, ".Condition");
  const [operand] = operands;
  return [
    ...(operator === undefined || OPERATORS.includes(operator)
      ? []
      : [finding("operator", `${condition}.Operator`, "is not known", `write one of ${OPERATORS.join(", ")}`)]),
    ...(operands.length === 1 && typeof operand === "string" && operand !== ""
      ? []
      : [finding("operand", `${condition}.Operands`, "is not one text", "write exactly one, which is not empty")]),
  ];
}

const RULES = new Map<string, ActionRules>([
  ["MessageParticipant", { parameters: PROMPT, further: onePrompt }],
  [
    "GetParticipantInput",
    {
      parameters: { ...PROMPT, StoreInput: false, InputTimeLimitSeconds: true, ...names("InputValidation") },
      errors: ["NoMatchingError"],
      further: inputFindings,
    },
  ],
  [
    "InvokeLambdaFunction",
    {
      parameters: {
        LambdaFunctionARN: true,
        InvocationTimeLimitSeconds: true,
        ...names("InvocationType", "LambdaInvocationAttributes", "ResponseValidation"),
      },
      errors: ["NoMatchingError"],
      onlyErrors: ["NoMatchingError"],
      conditions: false,
      further: (step) => [
        ...lambdaTimeLimit(step),
        ...oneOf(step, "InvocationType", ["SYNCHRONOUS", "ASYNCHRONOUS"]),
        ...oneOf(step, "ResponseValidation.ResponseType", ["STRING_MAP", "JSON"]),
      ],
    },
  ],
  ["Compare", { parameters: { ComparisonValue: true }, errors: ["NoMatchingCondition"], further: compareFindings }],
  [
    "Loop",
    { parameters: { LoopCount: true }, further: (step) => [...inRange(step, "LoopCount", 0, 100), ...bothTurns(step)] },
  ],
  [
    "UpdateFlowLoggingBehavior",
    {
      parameters: { FlowLoggingBehavior: true },
      onlyErrors: [],
      conditions: false,
      further: (step) => oneOf(step, "FlowLoggingBehavior", ["Enabled", "Disabled"]),
    },
  ],
  [
    "UpdateContactRecordingBehavior",
    {
      parameters: { "RecordingBehavior.RecordedParticipants": true },
      onlyErrors: [],
      conditions: false,
      further: (step) => oneOf(step, "RecordingBehavior.IVRRecordingBehavior", ["Enabled", "Disabled"]),
    },
  ],
  [
    "UpdateContactTextToSpeechVoice",
    { parameters: { TextToSpeechVoice: true, ...names("TextToSpeechEngine", "TextToSpeechStyle") } },
  ],
  [
    "UpdateContactAttributes",
    { parameters: { Attributes: true, ...names("TargetContact") }, errors: ["NoMatchingError"] },
  ],
  [
    "UpdateFlowAttributes",
    {
      parameters: { FlowAttributes: true },
      errors: ["NoMatchingError"],
      further: ({ parameters }) =>
        Object.entries(at(parameters, "FlowAttributes") ?? {})
          .filter(([, value]) => textAt(value, "Value") === undefined)
          .map(([name]) =>
            finding(
              "missing-parameter",
              `Parameters.FlowAttributes.${shown(name)}.Value`,
              "is missing",
              'write { "Value": … }',
            ),
          ),
    },
  ],
  [
    "UpdateContactTargetQueue",
    {
      parameters: names("QueueId", "AgentId"),
      errors: ["NoMatchingError"],
      further: ({ parameters }) =>
        "QueueId" in parameters || "AgentId" in parameters
          ? []
          : [finding("missing-parameter", "Parameters.QueueId", "is missing", "write the queue's id or ARN")],
    },
  ],
  ["TransferContactToQueue", { parameters: {}, errors: ["QueueAtCapacity", "NoMatchingError"] }],
  ["DisconnectParticipant", { parameters: {}, terminal: true }],
  ["EndFlowExecution", { parameters: {}, terminal: true }],
  ["EndFlowModuleExecution", { parameters: {}, anyValues: true, terminal: true }],
]);

function names(...optional: string[]): Record<string, boolean> {
  return Object.fromEntries(optional.map((name) => [name, false]));
}

/** Only a function that nobody waits for may take longer. */
function lambdaTimeLimit(step: FlowStep): Finding[] {
  const most = textAt(step.parameters, "InvocationType") === "ASYNCHRONOUS" ? 60 : 8;
  return inRange(step, "InvocationTimeLimitSeconds", 1, most, "lambda-time-limit");
}

/** A namespace alone is no value; the service refuses it. */
const WITHOUT_LEAF = /^\$\.(Attributes|External|FlowAttributes)$/;
const JSON_PATH = /^\$(\.\w[\w-]*|\.?\[[^[\]]+\])+$/;

function compareFindings({ parameters, branches }: FlowStep): Finding[] {
  const value = textAt(parameters, "ComparisonValue");
  const next = branches.find(({ kind }) => kind === "next");
  const otherwise = branches.find(({ errorType }) => errorType === "NoMatchingCondition");
  return [
    ...(value === undefined ||
    value === "" ||
    (JSON_PATH.test(value) && !WITHOUT_LEAF.test(value)) ||
    isFilledInLater(value)
      ? []
      : [
          finding(
            "comparison-value",
            "Parameters.ComparisonValue",
            "is not one JSONPath of a value",
            "write one, such as $.External.outcome",
          ),
        ]),
    ...(next && otherwise && next.to !== otherwise.to
      ? [
          finding(
            "two-otherwises",
            "Transitions.NextAction",
            "leads elsewhere than NoMatchingCondition does",
            "let both lead to the same step",
          ),
        ]
      : []),
  ];
}

function bothTurns({ branches }: FlowStep): Finding[] {
  const operands = branches.flatMap(({ operands = [] }) => operands);
  return ["ContinueLooping", "DoneLooping"]
    .filter((turn) => !operands.includes(turn))
    .map((turn) => finding("loop", "Transitions.Conditions", `do not have ${turn}`, `add where ${turn} leads`));
}
