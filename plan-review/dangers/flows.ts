import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { z } from "zod";
import type { FlowStep } from "../../flow-validation/read-flow";
import type { RuleName } from "../../flow-validation/rules/index";
import { validateFlow } from "../../flow-validation/validate-flow";
import { flowJson, isFlow, sensitiveSettings, stepsOfFlow } from "../flow-content";
import { isSameJson, parseJson } from "../json";
import { keyIdOf } from "../key-pairs";
import { nameOf } from "../resource-names";
import { isUnknown, type ResourceChange, valuesBefore } from "../terraform-plan";
import { LATER } from "./argument-rules";
import { findings, type PlanFinding } from "./finding";
import { identifies, type ReviewContext } from "./review-context";

/** Input while flow logging is on, and input that is copied into the contact record. */
const SENSITIVE_INPUT_RULES: readonly RuleName[] = ["logged-input", "kept-input"];
/** The review of a step reports it. */
const REPORTED_RULE: RuleName = "unencrypted-input";

/** The action types of the capture flow. */
const KNOWN_TYPES: readonly string[] = [
  ...["Compare", "DisconnectParticipant", "EndFlowModuleExecution", "GetParticipantInput", "InvokeLambdaFunction"],
  ...["Loop", "MessageParticipant", "TransferContactToQueue", "UpdateContactAttributes"],
  ...["UpdateContactRecordingBehavior", "UpdateContactTargetQueue", "UpdateContactTextToSpeechVoice"],
  ...["UpdateFlowAttributes", "UpdateFlowLoggingBehavior"],
];

/** Flows that do not encrypt their input under a key of the plan, record or log it, or send it to another function. */
export function flowFindings(resource: ResourceChange, context: ReviewContext): PlanFinding[] {
  const { after } = resource.change;
  if (!isFlow(resource) || !after) return [];
  const before = valuesBefore(resource);
  if (isUnknown(resource, "content")) return findings("unknown", [`${nameOf(resource)} has content that ${LATER}`]);
  if (before && isSameJson(before.content, after.content)) return [];
  const steps = stepsOfFlow(after);
  if (steps.length === 0) {
    return findings("encryption", [`${nameOf(resource)} has content in which this review finds no step`]);
  }
  const was = new Map(stepsOfFlow(before).map((step) => [step.name, step]));
  const problems = validateFlow(flowJson(after));
  return [
    ...steps.flatMap((step) =>
      stepFindings(step, was.get(step.name), context).map(({ kind, text }) => ({
        kind,
        text: `the step ${step.name} ${text}`,
      })),
    ),
    ...problems
      .filter(({ rule }) => rule !== REPORTED_RULE)
      .map(({ rule, step, path, problem }): PlanFinding => {
        const owner = step === undefined ? nameOf(resource) : `the step ${step}`;
        return SENSITIVE_INPUT_RULES.includes(rule)
          ? { kind: "encryption", text: `${owner} ${problem}` }
          : { kind: "unknown", text: `${owner} breaks the rule ${rule}: ${path === "$" ? "it" : path} ${problem}` };
      }),
  ];
}

function stepFindings(step: FlowStep, before: FlowStep | undefined, context: ReviewContext): PlanFinding[] {
  const settings = sensitiveSettings(step);
  const old: Partial<typeof settings> = before ? sensitiveSettings(before) : {};
  const { StoreInput, InputEncryption, RecordingBehavior, FlowLoggingBehavior, LambdaFunctionARN } = settings;
  const participants = (behavior: typeof RecordingBehavior) => behavior?.RecordedParticipants?.length ?? 0;
  const records =
    (RecordingBehavior?.IVRRecordingBehavior === "Enabled" &&
      old.RecordingBehavior?.IVRRecordingBehavior !== "Enabled") ||
    participants(RecordingBehavior) > participants(old.RecordingBehavior);
  const logs = FlowLoggingBehavior === "Enabled" && old.FlowLoggingBehavior !== "Enabled";
  const isOtherFunction =
    LambdaFunctionARN !== undefined &&
    LambdaFunctionARN !== old.LambdaFunctionARN &&
    !identifies(context, LambdaFunctionARN, /^aws_lambda_(function|alias)\.decrypt-function/);
  const isOtherType = step.type !== before?.type && !KNOWN_TYPES.includes(step.type);
  return [
    ...findings("encryption", [
      ...(logs ? ["turns flow logging on"] : []),
      ...(StoreInput === "True" && !InputEncryption ? ["stores input without encryption"] : []),
      ...(records ? ["turns recording on"] : []),
    ]),
    ...(InputEncryption && !isSameJson(InputEncryption, old.InputEncryption)
      ? keyFindings(InputEncryption, context)
      : []),
    ...(isOtherFunction ? findings("cards", [`invokes another function: ${LambdaFunctionARN}`]) : []),
    ...(isOtherType ? findings("unknown", [`has the type ${step.type}, which this project's flow does not use`]) : []),
  ];
}

const SecurityKeyState = z.object({ Key: z.string() });

/** The key that a step encrypts under: a security key of the plan, with a certificate of the same public key. */
function keyFindings(
  { EncryptionKeyId, Key }: { EncryptionKeyId: string; Key?: string | undefined },
  { resources }: ReviewContext,
): PlanFinding[] {
  const securityKey = resources.find(
    (resource) => resource.type === "aws_cloudcontrolapi_resource" && keyIdOf(resource) === EncryptionKeyId,
  );
  if (!securityKey) {
    return findings("encryption", [
      `encrypts under the key id ${EncryptionKeyId}, which no security key of this plan has`,
    ]);
  }
  const { before, after } = securityKey.change;
  const [state] = [before?.properties, after?.desired_state].flatMap(
    (json) => SecurityKeyState.safeParse(parseJson(json)).data ?? [],
  );
  const [expected, actual] = [
    readKey(() => createPublicKey(state?.Key ?? "")),
    readKey(() => new X509Certificate(Key ?? "").publicKey),
  ];
  if (!expected || !actual) return findings("unknown", ["has a certificate or a security key that cannot be read"]);
  return actual.equals(expected)
    ? []
    : findings("cards", ["encrypts for another key pair than its key id names: somebody else may decrypt the input"]);
}

function readKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
