import { z } from "zod";
import { certificateProblems } from "../encryption/certificate";
import { NO_INPUT } from "../encryption/connect-format";
import { encryptCustomerInput } from "../encryption/encrypt";
import { parseCertificate, parsePublicKey } from "../encryption/pem";
import type { CallEvent, CallOutcome } from "./call-events";
import type { Contact } from "./contact";
import { readEmbeddedMetrics } from "./embedded-metrics";
import type { FunctionEnvironments } from "./function-environments";
import { type Keypad, takeDigits } from "./keypad";
import type { Redaction } from "./redaction";
import { SimulatorError } from "./simulator-error";

/** A flow that goes round for ever would hold the line for as long. */
const MAX_STEPS = 1000;
/** A Lambda answer must be smaller. */
const MAX_ANSWER_BYTES = 32 * 1024;

export interface FlowEnvironment {
  flowArn: string;
  contact: Contact;
  keypad: Keypad;
  /** uploaded public keys (PEM), by key id */
  securityKeys: ReadonlyMap<string, string>;
  /** functions, by ARN */
  functions: { get(arn: string): Pick<FunctionEnvironments, "invoke"> | undefined };
  /** told what the caller types, so that it hides it from whatever is emitted */
  redaction: Redaction;
  emit: (event: CallEvent) => void;
  /** told each step's name as it begins */
  onStep?: (name: string) => void;
  /** another way to encrypt than Connect's */
  encrypt?: typeof encryptCustomerInput;
}

type Parameters = Record<string, unknown>;

interface Action {
  Identifier: string;
  Type: string;
  Parameters: Parameters;
  Transitions: {
    NextAction?: string;
    Conditions?: { NextAction: string; Condition: { Operator: string; Operands: string[] } }[];
    Errors?: { NextAction: string; ErrorType: string }[];
  };
}

/** Where an action leads: to its next one, to that of a condition it met, to an error's, or out of the flow. */
type Exit = "next" | { goTo: string } | { error: string } | { end: CallOutcome };

type Run = (action: Action, environment: FlowEnvironment, memory: FlowMemory) => Promise<Exit> | Exit;

/** What actions remember between their turns: how often each loop went round. */
type FlowMemory = Map<string, number>;

/** Runs a flow's content as Amazon Connect does, and tells how the call ended. */
export async function runContactFlow(content: string, environment: FlowEnvironment): Promise<CallOutcome> {
  const flow = JSON.parse(content) as { StartAction: string; Actions: Action[] };
  const actions = new Map(flow.Actions.map((action) => [action.Identifier, action]));
  const memory: FlowMemory = new Map();
  let name = flow.StartAction;
  for (let step = 0; step < MAX_STEPS; step++) {
    const action = actions.get(name);
    if (!action) throw new SimulatorError(`The flow leads to "${name}", which is not one of its actions.`);
    const run = ACTIONS[action.Type];
    if (!run) {
      throw new SimulatorError(`The simulator does not know the action type ${action.Type} of the step "${name}".`);
    }
    environment.onStep?.(name);
    const exit = await run(action, environment, memory);
    if (exit !== "next" && "end" in exit) return exit.end;
    name = target(action, exit);
  }
  throw new SimulatorError(
    `The flow took more than ${MAX_STEPS} steps, and was at "${name}": it seems to go round for ever.`,
  );
}

function target({ Identifier, Transitions }: Action, exit: Exclude<Exit, { end: CallOutcome }>): string {
  if (exit !== "next" && "goTo" in exit) return exit.goTo;
  const found =
    exit === "next"
      ? Transitions.NextAction
      : Transitions.Errors?.find(({ ErrorType }) => ErrorType === exit.error)?.NextAction;
  if (found) return found;
  throw new SimulatorError(
    `The step "${Identifier}" has to take the branch ${exit === "next" ? "NextAction" : exit.error}, and has none.`,
  );
}

/** The branch of the first condition that holds, if one does. */
function met(
  { Transitions }: Action,
  holds: (operator: string, operand: string) => boolean | undefined,
): Exit | undefined {
  const condition = Transitions.Conditions?.find(({ Condition: { Operator, Operands } }) =>
    holds(Operator, Operands[0] ?? ""),
  );
  return condition && { goTo: condition.NextAction };
}

const ERROR: Exit = { error: "NoMatchingError" };

const ACTIONS: Record<string, Run> = {
  MessageParticipant: (action, environment) => {
    say(action, environment);
    return "next";
  },
  GetParticipantInput: (action, environment) =>
    action.Parameters.StoreInput === "True" ? storeInput(action, environment) : chooseByKey(action, environment),
  InvokeLambdaFunction: invokeFunction,
  Compare: (action, { contact }) => {
    const value = contact.find(String(action.Parameters.ComparisonValue));
    return (
      met(action, (operator, operand) => COMPARISONS[operator]?.(value, operand)) ?? { error: "NoMatchingCondition" }
    );
  },
  Loop: (action, _, memory) => {
    const done = memory.get(action.Identifier) ?? 0;
    const again = done < Number(action.Parameters.LoopCount);
    memory.set(action.Identifier, again ? done + 1 : 0);
    return met(action, (_, operand) => operand === (again ? "ContinueLooping" : "DoneLooping")) ?? "next";
  },
  UpdateFlowLoggingBehavior: ({ Parameters }, { contact }) => {
    contact.loggingEnabled = Parameters.FlowLoggingBehavior === "Enabled";
    return "next";
  },
  UpdateContactAttributes: ({ Parameters }, { contact }) => {
    for (const [name, value] of Object.entries(Parameters.Attributes as Record<string, string>)) {
      contact.attributes[name] = contact.fill(value);
    }
    return "next";
  },
  UpdateFlowAttributes: ({ Parameters }, { contact }) => {
    const given = Object.entries(Parameters.FlowAttributes as Record<string, { Value: string }>);
    Object.assign(
      contact.flowAttributes,
      Object.fromEntries(given.map(([name, { Value }]) => [name, contact.fill(Value)])),
    );
    return "next";
  },
  // Neither recording nor voices exist here, and a queue has nobody in it.
  UpdateContactRecordingBehavior: () => "next",
  UpdateContactTextToSpeechVoice: () => "next",
  UpdateContactTargetQueue: () => "next",
  EndFlowModuleExecution: (_, { contact }) => ({ end: contact.outcome ?? "returned" }),
  TransferContactToQueue: (_, { contact }) => ({ end: contact.outcome ?? "transferred" }),
  DisconnectParticipant: (_, { contact }) => ({ end: contact.outcome ?? "disconnected" }),
};

const COMPARISONS: Record<string, (value: string | undefined, operand: string) => boolean> = {
  Equals: (value, operand) => value === operand,
  TextStartsWith: (value, operand) => value?.startsWith(operand) === true,
  TextEndsWith: (value, operand) => value?.endsWith(operand) === true,
  TextContains: (value, operand) => value?.includes(operand) === true,
  NumberGreaterThan: (value, operand) => Number(value) > Number(operand),
  NumberGreaterOrEqualTo: (value, operand) => Number(value) >= Number(operand),
  NumberLessThan: (value, operand) => Number(value) < Number(operand),
  NumberLessOrEqualTo: (value, operand) => Number(value) <= Number(operand),
  KeyExists: (value) => value !== undefined,
};

/** Tells what the caller hears of an action's prompt. */
function say({ Parameters }: Action, { contact, emit }: FlowEnvironment): string {
  const { Text, SSML, PromptId, Media } = Parameters;
  const text =
    typeof Text === "string"
      ? contact.fill(Text)
      : typeof SSML === "string"
        ? spokenText(contact.fill(SSML))
        : `(recorded prompt ${String(PromptId ?? JSON.stringify(Media))})`;
  emit({ type: "prompt", text });
  return text;
}

const spokenText = (ssml: string) =>
  ssml
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ")
    .trim();

async function storeInput(action: Action, environment: FlowEnvironment): Promise<Exit> {
  const { contact, keypad, redaction, emit, encrypt = encryptCustomerInput } = environment;
  const { encryption, ...rules } = parseStoring(action);
  keypad.startPrompt(say(action, environment));
  const typed = await takeDigits(keypad, rules);
  keypad.endPrompt?.();
  if (typed === "hang-up") return { end: "hung-up" };
  emit({ type: "keys", count: typed === "silence" ? 0 : typed.length });

  const log = (Results: string) =>
    emit({
      type: "flow-log",
      logging: contact.loggingEnabled,
      entry: {
        ContactFlowModuleType: "StoreUserInput",
        ContactFlowId: environment.flowArn,
        Timestamp: new Date().toISOString(),
        ContactId: contact.id,
        Results,
      },
    });
  if (typed === "silence") {
    contact.storedInput = NO_INPUT;
    log(NO_INPUT);
    return "next";
  }
  redaction.learn(typed);
  if (!encryption) {
    contact.storedInput = typed.reveal();
    log(contact.storedInput);
    return "next";
  }
  const problem = encryptionProblem(encryption, environment.securityKeys);
  if (problem) {
    emit({ type: "note", text: `Connect cannot encrypt and takes the Error branch: ${problem}` });
    log("Error");
    return ERROR;
  }
  const publicKey = parseCertificate(encryption.Key, "the certificate").publicKey;
  contact.storedInput = await encrypt(typed, { keyId: encryption.EncryptionKeyId, publicKey });
  log(contact.storedInput);
  return "next";
}

const Storing = z.object({
  InputTimeLimitSeconds: z.coerce.number(),
  InputValidation: z.object({ CustomValidation: z.object({ MaximumLength: z.coerce.number() }) }).optional(),
  InputEncryption: z.object({ EncryptionKeyId: z.string(), Key: z.string() }).optional(),
  DTMFConfiguration: z
    .object({
      InputTerminationSequence: z.string().min(1).default("#"),
      DisableCancelKey: z.string().default("False"),
      InterdigitTimeLimitSeconds: z.coerce.number().default(5),
    })
    .prefault({}),
});

/** Phone numbers, the other thing that can be stored, have at most 20 digits. */
const DEFAULT_MAXIMUM_LENGTH = 20;

function parseStoring({ Identifier, Parameters }: Action) {
  const result = Storing.safeParse(Parameters);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new SimulatorError(
      `The step "${Identifier}" cannot be run: its ${issue?.path.join(".")} is missing or wrong.`,
    );
  }
  const { InputTimeLimitSeconds, InputValidation, InputEncryption, DTMFConfiguration } = result.data;
  return {
    maximumLength: InputValidation?.CustomValidation.MaximumLength ?? DEFAULT_MAXIMUM_LENGTH,
    terminationSequence: DTMFConfiguration.InputTerminationSequence,
    cancelKey: DTMFConfiguration.DisableCancelKey !== "True",
    firstDigitSeconds: InputTimeLimitSeconds,
    interdigitSeconds: DTMFConfiguration.InterdigitTimeLimitSeconds,
    encryption: InputEncryption,
  };
}

function encryptionProblem(
  { EncryptionKeyId, Key }: { EncryptionKeyId: string; Key: string },
  securityKeys: ReadonlyMap<string, string>,
): string | undefined {
  const uploaded = securityKeys.get(EncryptionKeyId);
  if (!uploaded) return `no public key with the id ${EncryptionKeyId} is uploaded.`;
  try {
    const certificate = parseCertificate(Key, "The flow's certificate");
    return certificateProblems(
      certificate,
      parsePublicKey(uploaded, "The uploaded key"),
      new Date(),
      "The flow's certificate",
    )[0];
  } catch (error) {
    return (error as Error).message;
  }
}

async function chooseByKey(action: Action, environment: FlowEnvironment): Promise<Exit> {
  const { keypad, emit } = environment;
  keypad.startPrompt(say(action, environment));
  const press = await keypad.nextKey(Number(action.Parameters.InputTimeLimitSeconds ?? 5));
  keypad.endPrompt?.();
  if (press === "hang-up") return { end: "hung-up" };
  emit({ type: "keys", count: press === "silence" ? 0 : 1 });
  if (press === "silence") return { error: "InputTimeLimitExceeded" };
  return met(action, (_, operand) => operand === press.key) ?? { error: "NoMatchingCondition" };
}

async function invokeFunction({ Parameters }: Action, environment: FlowEnvironment): Promise<Exit> {
  const { contact, functions, redaction, emit } = environment;
  const functionArn = contact.fill(String(Parameters.LambdaFunctionARN));
  const limitSeconds = Number(Parameters.InvocationTimeLimitSeconds ?? 3);
  const given = Object.entries((Parameters.LambdaInvocationAttributes ?? {}) as Record<string, string>);
  const parameters = Object.fromEntries(given.map(([name, value]) => [name, contact.fill(value)]));

  const invoked = functions.get(functionArn);
  const invocation = invoked
    ? await invoked.invoke(
        { Details: { ContactData: contact.data, Parameters: parameters }, Name: "ContactFlowEvent" },
        limitSeconds,
        showLog(environment),
      )
    : { fault: `no function ${functionArn} is deployed that this instance may invoke` };
  const result = "fault" in invocation ? invocation : readAnswer(invocation.answer, responseType(Parameters));

  const fault = "fault" in result ? result.fault : undefined;
  contact.external = "fault" in result ? {} : result.external;
  if (fault) emit({ type: "note", text: `Connect takes the Error branch: ${fault}.` });
  if ("answer" in invocation && redaction.betrayedBy(invocation.answer)) {
    emit({
      type: "note",
      text: "The function answered with more of the card number than may be shown: dots stand for it here.",
    });
  }
  emit({
    type: "flow-log",
    logging: contact.loggingEnabled,
    entry: {
      ContactFlowModuleType: "InvokeExternalResource",
      ContactId: contact.id,
      Parameters: { FunctionArn: functionArn, Parameters: parameters, TimeLimit: String(limitSeconds * 1000) },
      ContactFlowId: environment.flowArn,
      Timestamp: new Date().toISOString(),
      ...(fault ? { Results: "The Lambda Function Returned An Error." } : { ExternalResults: contact.external }),
    },
  });
  return fault ? ERROR : "next";
}

/** Shows each line that a function, or Lambda about it, logs, and tells where one holds what it must not. */
const showLog =
  ({ redaction, emit }: FlowEnvironment) =>
  (entry: unknown): void => {
    if (redaction.betrayedBy(JSON.stringify(entry))) {
      emit({
        type: "note",
        text: "The function logged more of the card number than may be shown: dots stand for it here.",
      });
    }
    const metrics = readEmbeddedMetrics(entry);
    emit(metrics ? { type: "metrics", entry: metrics } : { type: "function-log", entry });
  };

const responseType = (parameters: Parameters) =>
  (parameters.ResponseValidation as { ResponseType?: string } | undefined)?.ResponseType ?? "STRING_MAP";

/** Connect's rules on a function's answer. */
function readAnswer(json: string, type: string): { external: Record<string, unknown> } | { fault: string } {
  const bytes = Buffer.byteLength(json);
  if (bytes >= MAX_ANSWER_BYTES)
    return { fault: `the function's answer has ${bytes} bytes, and must have less than ${MAX_ANSWER_BYTES}` };
  const answer: unknown = JSON.parse(json);
  if (answer === null || typeof answer !== "object" || Array.isArray(answer)) {
    return { fault: "the function's answer is not a map" };
  }
  const wrong = Object.entries(answer).find(([, value]) => typeof value !== "string");
  if (type === "STRING_MAP" && wrong)
    return { fault: `the function's answer holds something other than a string: ${wrong[0]}` };
  return { external: answer as Record<string, unknown> };
}
