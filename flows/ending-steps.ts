import { invocationParameters } from "../contract/operations";
import { CONTACT_ATTRIBUTES, type Outcome } from "../contract/outcomes";
import { type Languages, type Steps, sayByLanguage } from "./by-language";
import type { Language } from "./language-pack";
import type { PromptText } from "./prompts";
import {
  compare,
  disconnect,
  invokeFunction,
  type Recording,
  returnToFlow,
  setContactAttributes,
  setFlowAttributes,
  setFlowLogging,
  setRecording,
  setWorkingQueue,
  transferToQueue,
} from "./steps";

/** What becomes of a caller whose data could not be taken: a queue, the end of the call, or the flow that asked. */
export type OnFailure = { queueArn: string } | "goodbye" | "return";

export interface EndingStepsProps {
  outcomes: readonly Outcome[];
  languages: Languages;
  /** fields whose ciphertexts the flow holds */
  fieldNames: readonly string[];
  /** is told of calls that end without a submit */
  functionArn: string;
  kind: "inbound" | "module";
  onFailure: OnFailure;
  /** what is turned on again once nothing is there to be seen */
  afterCapture: { flowLogging: boolean; recording: Recording };
}

/** The submit has told these to the function, and its answer is kept in `$.External` for the flow that goes on with it. */
const SUBMITTED: readonly Outcome[] = ["accepted", "declined"];

/** A caller whom the function has failed is not to wait for it once more. */
const REPORT_TIME_LIMIT_SECONDS = 2;

export const endStep = (outcome: Outcome): string => `end-${outcome}`;

/**
 * Every way out of the capture: first the ciphertexts are overwritten, then the function is told, then logging and
 * recording are as they are meant to be, then the contact attributes `cardOutcome`, `cardBrand` and `cardLastFour` are
 * set, then the caller hears how it ended.
 */
export function endingSteps(props: EndingStepsProps): Steps {
  const { outcomes, fieldNames, afterCapture, languages } = props;
  const forgotten = Object.fromEntries(fieldNames.map((name) => [name, "overwritten"]));
  const hasCard = fieldNames.includes("cardNumber");
  const says = (outcome: Outcome) => textsOf(outcome, languages[0], props).some((text) => text !== "");
  const tell = (outcome: Outcome) => (says(outcome) ? `say-${outcome}` : nextAfter(outcome, props));

  const steps: Steps = {
    ...Object.fromEntries(
      outcomes.map((outcome) => [
        endStep(outcome),
        // Flow attributes end with the flow: where they cannot be overwritten, the flow ends.
        setFlowAttributes(
          { outcome, ...forgotten },
          { next: SUBMITTED.includes(outcome) ? "restore-logging" : "report", error: "hang-up" },
        ),
      ]),
    ),
    report: invokeFunction(
      {
        functionArn: props.functionArn,
        timeLimitSeconds: REPORT_TIME_LIMIT_SECONDS,
        parameters: invocationParameters("report", { outcome: "$.FlowAttributes.outcome" }),
      },
      { next: "restore-logging", error: "restore-logging" },
    ),
    "restore-logging": setFlowLogging(afterCapture.flowLogging, { next: "restore-recording" }),
    "restore-recording": setRecording(afterCapture.recording, { next: "contact-attributes" }),
    "contact-attributes": setContactAttributes(
      {
        [CONTACT_ATTRIBUTES.outcome]: "$.FlowAttributes.outcome",
        ...(hasCard
          ? {
              [CONTACT_ATTRIBUTES.brand]: "$.FlowAttributes.brand",
              [CONTACT_ATTRIBUTES.lastFour]: "$.FlowAttributes.lastFour",
            }
          : {}),
      },
      { next: "outcome" },
    ),
    outcome: compare("$.FlowAttributes.outcome", {
      equals: Object.fromEntries(outcomes.map((outcome) => [outcome, tell(outcome)])),
      otherwise: tell("unavailable"),
    }),
    "hang-up": disconnect(),
  };
  for (const outcome of outcomes.filter(says)) {
    const next = nextAfter(outcome, props);
    Object.assign(
      steps,
      sayByLanguage(tell(outcome), languages, (language) => textsOf(outcome, language, props), next),
    );
  }
  if (props.kind === "module") steps.return = returnToFlow();
  if (typeof props.onFailure === "object") {
    steps["set-queue"] = setWorkingQueue(props.onFailure.queueArn, { next: "transfer", error: "say-transfer-failed" });
    steps.transfer = transferToQueue({ full: "say-transfer-failed", error: "say-transfer-failed" });
    Object.assign(
      steps,
      sayByLanguage("say-transfer-failed", languages, ({ transferFailed }) => [transferFailed], "hang-up"),
    );
  }
  return steps;
}

function nextAfter(outcome: Outcome, { kind, onFailure }: EndingStepsProps): string {
  if (outcome === "accepted") return kind === "module" ? "return" : "hang-up";
  if (onFailure === "return") return "return";
  return onFailure === "goodbye" ? "hang-up" : "set-queue";
}

function textsOf(
  outcome: Outcome,
  { outcomes, transfer, callAgain, goodbye }: Omit<Language, "fields">,
  { kind, onFailure, fieldNames }: EndingStepsProps,
): PromptText[] {
  if (outcome === "accepted") {
    return [
      fieldNames.includes("cardNumber") ? outcomes.accepted : outcomes.acceptedWithoutCard,
      kind === "module" ? "" : goodbye,
    ];
  }
  const happened = outcome === "agent-requested" ? "" : outcomes[outcome];
  if (onFailure === "return") return [happened];
  if (onFailure !== "goodbye") return [happened, transfer];
  return [happened, callAgain, goodbye];
}
