import { valueAt } from "./json";
import { memoize } from "./memoize";
import type { FlowStep } from "./read-flow";
import { isBufferStep, isStoring } from "./sensitive-input";

/**
 * What the service accepts for one type of action. Only the most used types have a specification, and only facts with
 * evidence are in it: an uncertain rule would reject flows that work.
 */
export interface ActionSpec {
  /** paths of the parameters that must exist, with what to do if one is missing */
  required?: Readonly<Record<string, string>>;
  /** names of other parameters; `unknown-parameter` suggests them for misspelled names */
  optional?: readonly string[];
  prompt?: "required" | "optional";
  /** least and greatest whole number, by the path of the parameter */
  ranges?: Readonly<Record<string, readonly [least: number, greatest: number]>>;
  /** allowed values, by the path of the parameter */
  values?: Readonly<Record<string, readonly string[]>>;
  /** parameters may have values other than strings */
  anyValues?: true;
  /** errors that must have a branch */
  requiredErrors?: readonly string[];
  /** the only errors that may have a branch; any, if absent */
  allowedErrors?: readonly string[];
  rejectsConditions?: true;
  endsFlow?: true;
}

export const PROMPT_PARAMETERS = ["Text", "SSML", "PromptId", "Media"] as const;

/** The specification for a step, or `undefined` if there is none for its type. */
export const specOf: (step: FlowStep) => ActionSpec | undefined = memoize((step) => {
  if (isBufferStep(step)) return BUFFERING;
  if (step.type === "GetParticipantInput") return isStoring(step) ? storingSpec(step) : CHOOSING;
  if (step.type === "UpdateContactTargetQueue" && "AgentId" in step.parameters) return TARGET_AGENT;
  return SPECS.get(step.type);
});

const INPUT = {
  required: { InputTimeLimitSeconds: "add it" },
  optional: ["StoreInput", "InputValidation", "InputEncryption", "DTMFConfiguration", "EnableDTMFBuffer"],
  prompt: "optional",
  values: { "DTMFConfiguration.DisableCancelKey": ["True", "False"], StoreInput: ["True", "False"] },
} as const satisfies ActionSpec;

const INTERDIGIT_SECONDS = { "DTMFConfiguration.InterdigitTimeLimitSeconds": [1, 20] } as const;

/**
 * `GetParticipantInput` that waits for one key and branches on it. Exported flows wait for up to 300 seconds, so
 * `InputTimeLimitSeconds` has no range here.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
const CHOOSING: ActionSpec = {
  ...INPUT,
  ranges: INTERDIGIT_SECONDS,
  requiredErrors: ["NoMatchingError", "InputTimeLimitExceeded", "NoMatchingCondition"],
};

/**
 * `GetParticipantInput` that stores digits. The live service rejects conditions and all other errors on it.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
function storingSpec({ parameters }: FlowStep): ActionSpec {
  const has = (path: string) => valueAt(parameters, path) !== undefined;
  const phoneNumber = has("InputValidation.PhoneNumberValidation");
  const custom = has("InputValidation.CustomValidation");
  const encryption = has("InputEncryption");
  return {
    ...INPUT,
    required: {
      ...INPUT.required,
      ...(custom ? { "InputValidation.CustomValidation.MaximumLength": "add it" } : {}),
      ...(encryption ? { "InputEncryption.EncryptionKeyId": "add the id that Connect gave the public key" } : {}),
    },
    ranges: { ...INTERDIGIT_SECONDS, InputTimeLimitSeconds: [1, 180] },
    requiredErrors: ["NoMatchingError"],
    allowedErrors: ["NoMatchingError", ...(phoneNumber ? ["InvalidPhoneNumber"] : [])],
    rejectsConditions: true,
  };
}

/**
 * `GetParticipantInput` that only turns touchtone buffering on, or stops it and clears the buffer. It can store the
 * buffered keys before it clears them.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/set-touchtone-buffer-behavior.html
 */
const BUFFERING: ActionSpec = {
  optional: ["EnableDTMFBuffer", "StoreInput", "InputEncryption"],
  values: { EnableDTMFBuffer: ["True", "False"], StoreInput: ["True", "False"] },
};

/** `UpdateContactTargetQueue` with the queue of an agent. */
const TARGET_AGENT: ActionSpec = { optional: ["QueueId", "AgentId"], requiredErrors: ["NoMatchingError"] };

const ENABLED_OR_DISABLED = ["Enabled", "Disabled"];

/** @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html and the page of each action */
const SPECS = new Map<string, ActionSpec>([
  ["MessageParticipant", { optional: ["SkipWhenDTMFBufferEnabled"], prompt: "required" }],
  [
    "InvokeLambdaFunction",
    {
      required: { LambdaFunctionARN: "add the function's ARN", InvocationTimeLimitSeconds: 'add it, such as "8"' },
      optional: ["InvocationType", "LambdaInvocationAttributes", "ResponseValidation"],
      values: {
        InvocationType: ["SYNCHRONOUS", "ASYNCHRONOUS"],
        "ResponseValidation.ResponseType": ["STRING_MAP", "JSON"],
      },
      requiredErrors: ["NoMatchingError"],
      allowedErrors: ["NoMatchingError"],
      rejectsConditions: true,
    },
  ],
  [
    "Compare",
    { required: { ComparisonValue: "add one JSONPath of a value" }, requiredErrors: ["NoMatchingCondition"] },
  ],
  ["Loop", { required: { LoopCount: "add it" }, ranges: { LoopCount: [0, 100] } }],
  [
    "UpdateFlowLoggingBehavior",
    {
      required: { FlowLoggingBehavior: "write Enabled or Disabled" },
      values: { FlowLoggingBehavior: ENABLED_OR_DISABLED },
      allowedErrors: [],
      rejectsConditions: true,
    },
  ],
  [
    "UpdateContactRecordingBehavior",
    {
      required: { "RecordingBehavior.RecordedParticipants": "add it; [] records no participant" },
      values: { "RecordingBehavior.IVRRecordingBehavior": ENABLED_OR_DISABLED },
      allowedErrors: [],
      rejectsConditions: true,
    },
  ],
  [
    "UpdateContactRecordingAndAnalyticsBehavior",
    {
      optional: ["VoiceBehavior", "ChatBehavior", "ScreenRecordingBehavior"],
      values: { "VoiceBehavior.VoiceRecordingBehavior.IVRRecordingBehavior": ENABLED_OR_DISABLED },
      requiredErrors: ["NoMatchingError", "ChannelMismatch"],
      allowedErrors: ["NoMatchingError", "ChannelMismatch", "InFlightRedactionConfigurationFailed"],
    },
  ],
  [
    "UpdateContactTextToSpeechVoice",
    {
      required: { TextToSpeechVoice: "add the voice's name" },
      optional: ["TextToSpeechEngine", "TextToSpeechStyle"],
    },
  ],
  [
    "UpdateContactAttributes",
    {
      required: { Attributes: "add the attributes" },
      optional: ["TargetContact"],
      requiredErrors: ["NoMatchingError"],
    },
  ],
  ["UpdateFlowAttributes", { required: { FlowAttributes: "add the attributes" }, requiredErrors: ["NoMatchingError"] }],
  [
    "UpdateContactTargetQueue",
    {
      required: { QueueId: "add the queue's id or ARN" },
      optional: ["AgentId"],
      requiredErrors: ["NoMatchingError"],
    },
  ],
  ["TransferContactToQueue", { requiredErrors: ["QueueAtCapacity", "NoMatchingError"] }],
  ["DisconnectParticipant", { endsFlow: true }],
  ["EndFlowExecution", { endsFlow: true }],
  // The results of a module have the types that the module declares.
  ["EndFlowModuleExecution", { anyValues: true, endsFlow: true }],
]);
