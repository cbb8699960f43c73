import type { FlowParameters, Transitions } from "./language";

/**
 * One action of a flow, without its identifier, which is the step's name in a flow. `Target` is the union of the step
 * names that it leads to, so that `buildFlow` rejects an unknown name at compile time.
 */
export interface Step<Target extends string> {
  type: string;
  parameters: FlowParameters;
  transitions: Transitions<Target>;
}

/** Steps by name. */
export type Steps = Record<string, Step<string>>;

/** A prompt, or a reference to it: plain text, or SSML within `<speak>`. */
export type Prompt = { Text: string } | { SSML: string };

/** "Play prompt" */
export const playPrompt = <const Target extends string>(prompt: Prompt, to: { next: Target }): Step<Target> => ({
  type: "MessageParticipant",
  parameters: { ...prompt },
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.next }] },
});

/** "Set logging behavior", for the rest of the call or until the next such step. */
export const setFlowLogging = <const Target extends string>(enabled: boolean, to: { next: Target }): Step<Target> => ({
  type: "UpdateFlowLoggingBehavior",
  parameters: { FlowLoggingBehavior: enabled ? "Enabled" : "Disabled" },
  transitions: { NextAction: to.next },
});

export interface Recording {
  /** whether the call is recorded until an agent answers; the recording contains key tones */
  ivr: boolean;
  /** participants whose voices are recorded in the conversation with an agent */
  participants: readonly ("Agent" | "Customer")[];
}

/** "Set recording and analytics behavior" */
export const setRecording = <const Target extends string>(
  { ivr, participants }: Recording,
  to: { next: Target },
): Step<Target> => ({
  type: "UpdateContactRecordingBehavior",
  parameters: {
    RecordingBehavior: {
      RecordedParticipants: [...participants],
      IVRRecordingBehavior: ivr ? "Enabled" : "Disabled",
    },
  },
  transitions: { NextAction: to.next },
});

/** "Set voice", to a voice of Amazon Polly. Connect's console writes an engine as `Neural`. */
export const setVoice = <const Target extends string>(
  { name, engine }: { name: string; engine: string },
  to: { next: Target },
): Step<Target> => ({
  type: "UpdateContactTextToSpeechVoice",
  parameters: {
    TextToSpeechVoice: name,
    TextToSpeechEngine: engine.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
  },
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.next }] },
});

/** "Loop": leads to `again` for the given number of times, then to `done`. */
export const loop = <const Target extends string>(
  times: number,
  to: { again: Target; done: Target },
): Step<Target> => ({
  type: "Loop",
  parameters: { LoopCount: String(times) },
  transitions: {
    NextAction: to.done,
    Conditions: [equals("ContinueLooping", to.again), equals("DoneLooping", to.done)],
  },
});

export interface EncryptedInputOptions {
  prompt: Prompt;
  encryption: {
    /** id that Connect gave the uploaded public key */
    keyId: string;
    /** the whole certificate in PEM form */
    certificate: string;
  };
  /** the input ends after this number of digits */
  maximumLength: number;
  /** time for the first digit, 1 to 180 */
  timeLimitSeconds: number;
  /** time between digits, 1 to 20 */
  interdigitTimeLimitSeconds: number;
}

/** "Store customer input" with encryption: stores the ciphertext, or `Timeout`, in `$.StoredCustomerInput`. */
export const storeEncryptedInput = <const Target extends string>(
  options: EncryptedInputOptions,
  to: { next: Target; error: Target },
): Step<Target> => ({
  type: "GetParticipantInput",
  parameters: {
    ...options.prompt,
    InputTimeLimitSeconds: String(options.timeLimitSeconds),
    StoreInput: "True",
    InputValidation: { CustomValidation: { MaximumLength: String(options.maximumLength) } },
    InputEncryption: { EncryptionKeyId: options.encryption.keyId, Key: options.encryption.certificate },
    DTMFConfiguration: {
      InputTerminationSequence: "#",
      DisableCancelKey: "False",
      InterdigitTimeLimitSeconds: String(options.interdigitTimeLimitSeconds),
    },
  },
  // The service rejects conditions and all other errors on a step that stores input.
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.error }] },
});

/** "Get customer input": waits for one key, and leads to the step for that key. */
export const chooseByKey = <const Target extends string>(
  options: { prompt: Prompt; timeLimitSeconds: number },
  to: { keys: Readonly<Record<string, Target>>; none: Target; other: Target; error: Target },
): Step<Target> => ({
  type: "GetParticipantInput",
  parameters: {
    ...options.prompt,
    InputTimeLimitSeconds: String(options.timeLimitSeconds),
    StoreInput: "False",
  },
  transitions: {
    NextAction: to.error,
    Conditions: Object.entries(to.keys).map(([key, next]) => equals(key, next)),
    Errors: [
      { ErrorType: "InputTimeLimitExceeded", NextAction: to.none },
      { ErrorType: "NoMatchingCondition", NextAction: to.other },
      { ErrorType: "NoMatchingError", NextAction: to.error },
    ],
  },
});

/** "Check contact attributes": compares the value at one JSONPath. */
export const compare = <const Target extends string>(
  value: `$.${string}`,
  to: { equals: Readonly<Record<string, Target>>; otherwise: Target },
): Step<Target> => ({
  type: "Compare",
  parameters: { ComparisonValue: value },
  transitions: {
    NextAction: to.otherwise,
    Conditions: Object.entries(to.equals).map(([operand, next]) => equals(operand, next)),
    Errors: [{ ErrorType: "NoMatchingCondition", NextAction: to.otherwise }],
  },
});

/** "Set contact attributes" for this flow only: they exist until it ends, and are not in the contact record. */
export const setFlowAttributes = <const Target extends string>(
  attributes: Readonly<Record<string, string>>,
  to: { next: Target; error: Target },
): Step<Target> => ({
  type: "UpdateFlowAttributes",
  parameters: {
    FlowAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { Value: value }])),
  },
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.error }] },
});

/** "Set contact attributes": they stay in the contact record for 24 months, so they must not be sensitive. */
export const setContactAttributes = <const Target extends string>(
  attributes: Readonly<Record<string, string>>,
  to: { next: Target },
): Step<Target> => ({
  type: "UpdateContactAttributes",
  parameters: { Attributes: { ...attributes }, TargetContact: "Current" },
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.next }] },
});

/** "Invoke AWS Lambda function": the flat response is in `$.External` until the next invocation. */
export const invokeFunction = <const Target extends string>(
  options: { functionArn: string; timeLimitSeconds: number; parameters: Readonly<Record<string, string>> },
  to: { next: Target; error: Target },
): Step<Target> => ({
  type: "InvokeLambdaFunction",
  parameters: {
    LambdaFunctionARN: options.functionArn,
    InvocationTimeLimitSeconds: String(options.timeLimitSeconds),
    InvocationType: "SYNCHRONOUS",
    LambdaInvocationAttributes: { ...options.parameters },
    ResponseValidation: { ResponseType: "STRING_MAP" },
  },
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.error }] },
});

/** "Set working queue" */
export const setWorkingQueue = <const Target extends string>(
  queueArn: string,
  to: { next: Target; error: Target },
): Step<Target> => ({
  type: "UpdateContactTargetQueue",
  parameters: { QueueId: queueArn },
  transitions: { NextAction: to.next, Errors: [{ ErrorType: "NoMatchingError", NextAction: to.error }] },
});

/** "Transfer to queue": ends the flow, unless the queue is full or fails. */
export const transferToQueue = <const Target extends string>(to: { full: Target; error: Target }): Step<Target> => ({
  type: "TransferContactToQueue",
  parameters: {},
  transitions: {
    NextAction: to.error,
    Errors: [
      { ErrorType: "QueueAtCapacity", NextAction: to.full },
      { ErrorType: "NoMatchingError", NextAction: to.error },
    ],
  },
});

/** "Return" from a module to the flow that invoked it. */
export const returnToFlow = (): Step<never> => ({ type: "EndFlowModuleExecution", parameters: {}, transitions: {} });

/** "Disconnect / hang up" */
export const disconnect = (): Step<never> => ({ type: "DisconnectParticipant", parameters: {}, transitions: {} });

const equals = <Target extends string>(operand: string, NextAction: Target) => ({
  NextAction,
  Condition: { Operator: "Equals" as const, Operands: [operand] as [string] },
});
