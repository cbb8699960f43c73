import { FLOW_ATTRIBUTES, flowAttributeReference } from "../contract/flow-attributes";
import { invocationParameters } from "../contract/operations";
import { CONTACT_ATTRIBUTES, type Outcome } from "../contract/outcomes";
import type { Language } from "./language-pack";
import type { PromptText } from "./prompts";
import type { SpokenLanguages } from "./spoken-language";
import {
  compare,
  disconnect,
  invokeFunction,
  type Recording,
  returnToFlow,
  type Steps,
  setContactAttributes,
  setFlowAttributes,
  setFlowLogging,
  setRecording,
  setWorkingQueue,
  transferToQueue,
} from "./steps";
import { promptByLanguage } from "./steps-by-language";

/** Where a caller goes whose data was not captured: to a queue, to the end of the call, or back to the calling flow. */
export type OnFailure = { queueArn: string } | "goodbye" | "return";

export interface EndingStepsProps {
  outcomes: readonly Outcome[];
  languages: SpokenLanguages;
  /** fields whose ciphertexts the flow holds */
  fieldNames: readonly string[];
  /** receives a report of each call that ends without a submit */
  functionArn: string;
  kind: "inbound" | "module";
  onFailure: OnFailure;
  /** settings for the rest of the call, after the ciphertexts were overwritten */
  afterCapture: { flowLogging: boolean; recording: Recording };
}

/**
 * The function knows these from the submit. No report follows, so that the response to the submit stays in `$.External`
 * for the next flow.
 */
const SUBMITTED: readonly Outcome[] = ["accepted", "declined"];

/** Short, because the call may end here after the function has failed: the caller must not wait for it again. */
const REPORT_TIME_LIMIT_SECONDS = 2;

export const endStep = (outcome: Outcome): string => `end-${outcome}`;

/**
 * Every ending of the capture: overwrites the ciphertexts, reports to the function, sets logging and recording for the
 * rest of the call, sets the contact attributes `cardOutcome`, `cardBrand` and `cardLastFour`, and plays a prompt.
 */
export function endingSteps(props: EndingStepsProps): Steps {
  const { outcomes, fieldNames, afterCapture, languages } = props;
  const overwritten = Object.fromEntries(fieldNames.map((name) => [name, "overwritten"]));
  const hasCard = fieldNames.includes("cardNumber");
  const hasPrompt = (outcome: Outcome) => promptsFor(outcome, languages[0], props).some((text) => text !== "");
  const promptStep = (outcome: Outcome) => (hasPrompt(outcome) ? `say-${outcome}` : nextAfter(outcome, props));

  const steps: Steps = {
    ...Object.fromEntries(
      outcomes.map((outcome) => [
        endStep(outcome),
        // If the ciphertexts cannot be overwritten, the flow ends, and its attributes with it.
        setFlowAttributes(
          { [FLOW_ATTRIBUTES.outcome]: outcome, ...overwritten },
          { next: SUBMITTED.includes(outcome) ? "restore-logging" : "report", error: "hang-up" },
        ),
      ]),
    ),
    report: invokeFunction(
      {
        functionArn: props.functionArn,
        timeLimitSeconds: REPORT_TIME_LIMIT_SECONDS,
        parameters: invocationParameters("report", { outcome: flowAttributeReference(FLOW_ATTRIBUTES.outcome) }),
      },
      { next: "restore-logging", error: "restore-logging" },
    ),
    "restore-logging": setFlowLogging(afterCapture.flowLogging, { next: "restore-recording" }),
    "restore-recording": setRecording(afterCapture.recording, { next: "contact-attributes" }),
    "contact-attributes": setContactAttributes(
      {
        [CONTACT_ATTRIBUTES.outcome]: flowAttributeReference(FLOW_ATTRIBUTES.outcome),
        ...(hasCard
          ? {
              [CONTACT_ATTRIBUTES.brand]: flowAttributeReference(FLOW_ATTRIBUTES.brand),
              [CONTACT_ATTRIBUTES.lastFour]: flowAttributeReference(FLOW_ATTRIBUTES.lastFour),
            }
          : {}),
      },
      { next: "outcome" },
    ),
    outcome: compare(flowAttributeReference(FLOW_ATTRIBUTES.outcome), {
      equals: Object.fromEntries(outcomes.map((outcome) => [outcome, promptStep(outcome)])),
      otherwise: promptStep("unavailable"),
    }),
    "hang-up": disconnect(),
  };
  for (const outcome of outcomes.filter(hasPrompt)) {
    const next = nextAfter(outcome, props);
    Object.assign(
      steps,
      promptByLanguage(promptStep(outcome), languages, (language) => promptsFor(outcome, language, props), next),
    );
  }
  if (props.kind === "module") steps.return = returnToFlow();
  if (typeof props.onFailure === "object") {
    steps["set-queue"] = setWorkingQueue(props.onFailure.queueArn, { next: "transfer", error: "say-transfer-failed" });
    steps.transfer = transferToQueue({ full: "say-transfer-failed", error: "say-transfer-failed" });
    Object.assign(
      steps,
      promptByLanguage("say-transfer-failed", languages, ({ transferFailed }) => [transferFailed], "hang-up"),
    );
  }
  return steps;
}

function nextAfter(outcome: Outcome, { kind, onFailure }: EndingStepsProps): string {
  if (outcome === "accepted") return kind === "module" ? "return" : "hang-up";
  if (onFailure === "return") return "return";
  return onFailure === "goodbye" ? "hang-up" : "set-queue";
}

function promptsFor(
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
