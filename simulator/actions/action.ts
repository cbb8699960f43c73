import { z } from "zod";
import type { encryptCustomerInput } from "../../encryption/encrypt";
import type { Condition, ErrorType, FlowAction } from "../../flows/language";
import { type CallEvent, type CallOutcome, SimulatorError } from "../call-events";
import type { Contact } from "../contact";
import type { FunctionEnvironments } from "../function-environments";
import type { Keypad } from "../keypad";
import type { Redaction } from "../redaction";

/** The branch that an action takes: its next action, a condition's, an error's, or the end of the call. */
export type TakenBranch = "next" | { goTo: string } | { error: ErrorType } | { end: CallOutcome };

/** What a flow has access to during a call. */
export interface FlowEnvironment {
  flowArn: string;
  contact: Contact;
  keypad: Keypad;
  /** uploaded public keys (PEM), by key id */
  securityKeys: ReadonlyMap<string, string>;
  /** functions that the Connect instance may invoke, by ARN */
  functions: { get(arn: string): Pick<FunctionEnvironments, "invoke"> | undefined };
  /** learns each input, so that `emit` can hide it */
  redaction: Redaction;
  emit: (event: CallEvent) => void;
  /** receives the name of each step before it runs */
  onStep?: (name: string) => void;
  /** replaces Connect's encryption */
  encrypt?: typeof encryptCustomerInput;
}

export interface ActionEnvironment extends FlowEnvironment {
  /** completed iterations of each Loop action, by its identifier */
  loopCounts: Map<string, number>;
}

export type RunAction = (action: FlowAction, environment: ActionEnvironment) => Promise<TakenBranch> | TakenBranch;

/** Parses an action's parameters, or throws a {@link SimulatorError} that names the wrong one. */
export function parseParameters<T>(schema: z.ZodType<T>, { Identifier, Parameters }: FlowAction): T {
  const result = schema.safeParse(Parameters);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SimulatorError(
    `The simulator cannot run the step "${Identifier}": its parameter ${issue?.path.join(".")} is missing or wrong.`,
  );
}

/** The branch of the first condition that matches, if there is one. */
export function matchingCondition(
  { Transitions }: FlowAction,
  matches: (condition: Condition["Condition"]) => boolean,
): TakenBranch | undefined {
  const match = Transitions.Conditions?.find(({ Condition }) => matches(Condition));
  return match && { goTo: match.NextAction };
}

const PromptParameters = z.object({
  Text: z.string().optional(),
  SSML: z.string().optional(),
  PromptId: z.string().optional(),
  Media: z.unknown().optional(),
});

/** Emits what the caller hears of an action's prompt, and returns it. */
export function speakPrompt(action: FlowAction, { contact, emit }: FlowEnvironment): string {
  const { Text, SSML, PromptId, Media } = parseParameters(PromptParameters, action);
  const text =
    Text !== undefined
      ? contact.fill(Text)
      : SSML !== undefined
        ? spokenText(contact.fill(SSML))
        : `(recorded prompt ${PromptId ?? JSON.stringify(Media)})`;
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
