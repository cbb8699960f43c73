import { PROBLEMS_OF } from "../contract/field";
import { invocationParameters } from "../contract/operations";
import type { Outcome } from "../contract/outcomes";
import { responseReference } from "../contract/response";
import { buildFlow } from "./build-flow";
import type { Languages } from "./by-language";
import { type EndingStepsProps, endingSteps, endStep } from "./ending-steps";
import { askStep, type CapturedField, ciphertextOf, fieldSteps } from "./field-steps";
import type { FlowContent } from "./language";
import { LANGUAGE_STEP, languageMenu } from "./language-menu";
import { compare, invokeFunction, setFlowAttributes, setFlowLogging, setRecording } from "./steps";

export interface CaptureFlowProps extends Pick<EndingStepsProps, "kind" | "onFailure" | "afterCapture"> {
  /** id that Connect gave the uploaded public key, and certificate of the same key pair (PEM) */
  encryption: { keyId: string; certificate: string };
  functionArn: string;
  /** what is asked for, in order */
  fields: readonly [CapturedField, ...CapturedField[]];
  /** several put a menu in front */
  languages: Languages;
}

/** The most that Connect allows. */
const FUNCTION_TIME_LIMIT_SECONDS = 8;
/** The least that Connect allows: of `prepare` nobody wants the answer. */
const PREPARE_TIME_LIMIT_SECONDS = 1;

/**
 * Has the function fetch its key, then asks for each field until it is accepted, and submits all of them together. Every
 * input is encrypted by Connect while it is typed; ciphertexts wait in flow attributes and are overwritten on every way
 * out. How it ended is left in the contact attribute `cardOutcome`: see {@link Outcome}.
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
  const fault = endStep("unavailable");
  const exhausted = endStep("attempts-exhausted");
  const invoke = { functionArn, timeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS };
  const problems = new Set(fields.flatMap(({ field }) => PROBLEMS_OF[field.kind]));

  return buildFlow<string>({
    start: "stop-logging",
    ...(kind === "module" ? { settings: MODULE_SETTINGS } : {}),
    steps: {
      // Before the first key: with logging on, flow logs show inputs and answers, and recordings have key tones.
      "stop-logging": setFlowLogging(false, { next: "stop-recording" }),
      "stop-recording": setRecording({ ivr: false, participants: [] }, { next: "initial-values" }),
      // so that whatever refers to them finds something, however early a call ends
      "initial-values": setFlowAttributes(
        { language: languages[0].code, brand: "unknown", lastFour: "unknown" },
        { next: "prepare", error: fault },
      ),
      // An execution environment starts, and fetches the key, while the caller listens and types. Connect stops waiting
      // after a second, but Lambda goes on; and if it fails, the check fetches the key itself.
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
        to: { next: askStep(fields[0].field), exhausted, agent: endStep("agent-requested"), fault },
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
            // A prompt of its own right before an input would swallow the keys of callers who do not wait for its end.
            before: ({ welcome }) => (index === 0 ? [welcome] : []),
            to: { next: following ? askStep(following.field) : "submit", exhausted, fault },
          });
        }),
      ),
      submit: invokeFunction(
        {
          ...invoke,
          parameters: invocationParameters(
            "submit",
            {},
            Object.fromEntries(names.map((name) => [name, ciphertextOf(name)])),
          ),
        },
        { next: "submit-result", error: fault },
      ),
      "submit-result": compare(responseReference("outcome"), {
        equals: {
          accepted: endStep("accepted"),
          declined: endStep("declined"),
          // only what changed since it was checked, as a month that has just ended
          ...Object.fromEntries([...problems].map((problem) => [problem, endStep("declined")])),
        },
        otherwise: fault,
      }),
      ...endingSteps({ ...props, outcomes, fieldNames: names }),
    },
  });
}

/** What the designer shows of a module that takes and gives nothing, and has the two branches every module has. */
const MODULE_SETTINGS = {
  InputParameters: [],
  OutputParameters: [],
  Transitions: ["Success", "Error"].map((name) => ({ DisplayName: name, ReferenceName: name, Description: "" })),
};
