import { z } from "zod";
import type { FlowAction, Operator } from "../../flows/language";
import {
  type ActionEnvironment,
  matchingCondition,
  parseParameters,
  type RunAction,
  speakPrompt,
  type TakenBranch,
} from "./action";
import { invokeLambdaFunction } from "./invoke-lambda-function";
import { storeCustomerInput } from "./store-customer-input";

/** The action types that the simulator can run. */
export const SUPPORTED_ACTIONS: Record<string, RunAction> = {
  MessageParticipant: (action, environment) => {
    speakPrompt(action, environment);
    return "next";
  },
  GetParticipantInput: (action, environment) =>
    action.Parameters.StoreInput === "True"
      ? storeCustomerInput(action, environment)
      : getCustomerInput(action, environment),
  InvokeLambdaFunction: invokeLambdaFunction,
  Compare: compare,
  Loop: loop,
  UpdateFlowLoggingBehavior: ({ Parameters }, { contact }) => {
    contact.loggingEnabled = Parameters.FlowLoggingBehavior === "Enabled";
    return "next";
  },
  UpdateContactAttributes: (action, { contact }) => {
    const { Attributes } = parseParameters(ContactAttributesParameters, action);
    for (const [name, value] of Object.entries(Attributes)) contact.attributes[name] = contact.fill(value);
    return "next";
  },
  UpdateFlowAttributes: (action, { contact }) => {
    const { FlowAttributes } = parseParameters(FlowAttributesParameters, action);
    const filled = Object.entries(FlowAttributes).map(([name, { Value }]) => [name, contact.fill(Value)]);
    Object.assign(contact.flowAttributes, Object.fromEntries(filled));
    return "next";
  },
  // The simulator has neither recordings nor voices, and no agents in queues.
  UpdateContactRecordingBehavior: () => "next",
  UpdateContactTextToSpeechVoice: () => "next",
  UpdateContactTargetQueue: () => "next",
  EndFlowModuleExecution: (_, { contact }) => ({ end: contact.outcome ?? "returned" }),
  TransferContactToQueue: (_, { contact }) => ({ end: contact.outcome ?? "transferred" }),
  DisconnectParticipant: (_, { contact }) => ({ end: contact.outcome ?? "disconnected" }),
};

const ContactAttributesParameters = z.object({ Attributes: z.record(z.string(), z.string()) });
const FlowAttributesParameters = z.object({ FlowAttributes: z.record(z.string(), z.object({ Value: z.string() })) });
const CompareParameters = z.object({ ComparisonValue: z.string() });
const LoopParameters = z.object({ LoopCount: z.coerce.number() });
const InputParameters = z.object({ InputTimeLimitSeconds: z.coerce.number().default(5) });

async function getCustomerInput(action: FlowAction, environment: ActionEnvironment): Promise<TakenBranch> {
  const { keypad, emit } = environment;
  const { InputTimeLimitSeconds } = parseParameters(InputParameters, action);
  keypad.startPrompt(speakPrompt(action, environment));
  const press = await keypad.nextKey(InputTimeLimitSeconds);
  keypad.endPrompt?.();
  if (press === "hang-up") return { end: "hung-up" };
  emit({ type: "keys", count: press === "silence" ? 0 : 1 });
  if (press === "silence") return { error: "InputTimeLimitExceeded" };
  return (
    matchingCondition(action, ({ Operands: [operand] }) => operand === press.key) ?? { error: "NoMatchingCondition" }
  );
}

function compare(action: FlowAction, { contact }: ActionEnvironment): TakenBranch {
  const value = contact.find(parseParameters(CompareParameters, action).ComparisonValue);
  return (
    matchingCondition(action, ({ Operator, Operands: [operand] }) => COMPARISONS[Operator]?.(value, operand)) ?? {
      error: "NoMatchingCondition",
    }
  );
}

const COMPARISONS: Record<Operator, (value: string | undefined, operand: string) => boolean> = {
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

function loop(action: FlowAction, { loopCounts }: ActionEnvironment): TakenBranch {
  const { LoopCount } = parseParameters(LoopParameters, action);
  const completed = loopCounts.get(action.Identifier) ?? 0;
  const continues = completed < LoopCount;
  loopCounts.set(action.Identifier, continues ? completed + 1 : 0);
  const wanted = continues ? "ContinueLooping" : "DoneLooping";
  return matchingCondition(action, ({ Operands: [operand] }) => operand === wanted) ?? "next";
}
