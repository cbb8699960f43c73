import { PROBLEMS_OF } from "../contract/field";
import { FLOW_ATTRIBUTES } from "../contract/flow-attributes";
import { fieldDefinitions, invocationParameters } from "../contract/operations";
import type { Outcome } from "../contract/outcomes";
import { responseReference } from "../contract/response";
import { buildFlow } from "./build-flow";
import { type EndingStepsProps, endingSteps, endStep } from "./ending-steps";
import { askStep, type CapturedField, ciphertextReference, fieldSteps } from "./field-steps";
import type { FlowContent } from "./language";
import { LANGUAGE_STEP, languageMenu } from "./language-menu";
import type { SpokenLanguages } from "./spoken-language";
import { compare, invokeFunction, setFlowAttributes, setFlowLogging, setRecording } from "./steps";

export interface CaptureFlowProps extends Pick<EndingStepsProps, "kind" | "onFailure" | "afterCapture"> {
  /** id that Connect gave the uploaded public key, and certificate of the same key pair (PEM) */
  encryption: { keyId: string; certificate: string };
  functionArn: string;
  /** in the order of the questions */
  fields: readonly [CapturedField, ...CapturedField[]];
  /** more than one language adds a menu */
  languages: SpokenLanguages;
}

/** The greatest value that Connect allows. */
const FUNCTION_TIME_LIMIT_SECONDS = 8;
/** The least value that Connect allows: the flow does not use the response to `prepare`. */
const PREPARE_TIME_LIMIT_SECONDS = 1;

/**
 * The flow that captures card data. It invokes the function to prepare the private key, asks for each field until the
 * function accepts it, and then submits all fields together. Connect encrypts each input while the caller enters it.
 * The invocations define the fields, because a deployment can change the function during a call.
 * Ciphertexts are stored in flow attributes, and every ending overwrites them. The contact attribute `cardOutcome`
 * holds the {@link Outcome}.
 */
export function captureFlow(props: CaptureFlowProps): FlowContent {
  const { encryption, functionArn, fields, languages, kind, onFailure } = props;
  const names = fields.map(({ field }) => field.name);
  const outcomes: Outcome[] = [
    "accepted",
    "declined",
    "attempts-exhausted",
    ...(languages.length > 1 ? (["agent-requested"] as const) : []),
    "unavailable",
  ];
  const error = endStep("unavailable");
  const exhausted = endStep("attempts-exhausted");
  const invoke = { functionArn, timeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS };
  const problems = new Set(fields.flatMap(({ field }) => PROBLEMS_OF[field.kind]));

  return buildFlow<string>({
    start: "stop-logging",
    ...(kind === "module" ? { settings: MODULE_SETTINGS } : {}),
    steps: {
      // First of all: flow logs contain inputs and responses, and recordings contain key tones.
      "stop-logging": setFlowLogging(false, { next: "stop-recording" }),
      "stop-recording": setRecording({ ivr: false, participants: [] }, { next: "initial-values" }),
      // Later steps refer to these attributes even if the call ends early.
      "initial-values": setFlowAttributes(
        {
          [FLOW_ATTRIBUTES.language]: languages[0].code,
          [FLOW_ATTRIBUTES.brand]: "unknown",
          [FLOW_ATTRIBUTES.lastFour]: "unknown",
        },
        { next: "prepare", error },
      ),
      // The function starts and fetches the key while the caller listens. Connect waits one second, but the invocation
      // continues. If it fails, the check fetches the key.
      prepare: invokeFunction(
        {
          functionArn,
          timeLimitSeconds: PREPARE_TIME_LIMIT_SECONDS,
          parameters: invocationParameters("prepare", { keyId: encryption.keyId }),
        },
        { next: LANGUAGE_STEP, error: LANGUAGE_STEP },
      ),
      ...languageMenu({
        languages,
        offersAgent: typeof onFailure === "object",
        to: { next: askStep(fields[0].field), exhausted, agent: endStep("agent-requested"), error },
      }),
      ...Object.assign(
        {},
        ...fields.map((captured, index) => {
          const following = fields[index + 1];
          return fieldSteps({
            captured,
            languages,
            encryption,
            invoke,
            // Not a separate step: Connect ignores the keys that a caller presses during a prompt before an input.
            before: ({ welcome }) => (index === 0 ? [welcome] : []),
            to: { next: following ? askStep(following.field) : "submit", exhausted, error },
          });
        }),
      ),
      submit: invokeFunction(
        {
          ...invoke,
          parameters: invocationParameters(
            "submit",
            fieldDefinitions(fields.map(({ field }) => field)),
            Object.fromEntries(names.map((name) => [name, ciphertextReference(name)])),
          ),
        },
        { next: "submit-result", error },
      ),
      "submit-result": compare(responseReference("outcome"), {
        equals: {
          accepted: endStep("accepted"),
          declined: endStep("declined"),
          // An accepted field can become invalid before the submit: a card can expire at midnight.
          ...Object.fromEntries([...problems].map((problem) => [problem, endStep("declined")])),
        },
        otherwise: error,
      }),
      ...endingSteps({ ...props, outcomes, fieldNames: names }),
    },
  });
}

/** Settings for the designer: no parameters, no results, and the two branches that every module has. */
const MODULE_SETTINGS = {
  InputParameters: [],
  OutputParameters: [],
  Transitions: ["Success", "Error"].map((name) => ({ DisplayName: name, ReferenceName: name, Description: "" })),
};
