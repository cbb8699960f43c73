import type { RuleName } from "../../flow-validation/rules/index";
import { validateFlow } from "../../flow-validation/validate-flow";
import { flowJson, flowSteps, isFlow, sensitiveSettings } from "../flow-content";
import { isSameJson } from "../json";
import { nameOf } from "../resource-names";
import { isUnknown, type ResourceChange } from "../terraform-plan";
import type { Danger } from "./danger";

/** Names of the argument for a KMS key: of a log group, a function, a topic, a parameter. */
const KMS_ARGUMENTS = ["kms_key_id", "kms_key_arn", "kms_master_key_id", "key_id"];
/** Input while flow logging is on, and input that is copied into the contact record. */
const SENSITIVE_INPUT_RULES: readonly RuleName[] = ["logged-input", "kept-input"];

/** Resources that are no longer encrypted, and flows that do not encrypt their input. */
export const encryptionDangers = (change: ResourceChange): Danger[] =>
  [...(isFlow(change) ? flowDangers(change) : []), ...resourceDangers(change)].map((text) => ({
    kind: "encryption",
    text,
  }));

function flowDangers(change: ResourceChange): string[] {
  const { before, after } = change.change;
  if (!after || isSameJson(before?.content, after.content) || isUnknown(change, "content")) return [];
  const steps = flowSteps(after);
  if (steps.length === 0) return [`${nameOf(change)} has content in which this review finds no step`];
  const was = new Map(flowSteps(before).map((step) => [step.name, sensitiveSettings(step)]));
  const changed = steps.flatMap((step) => {
    const { StoreInput, InputEncryption, RecordingBehavior, FlowLoggingBehavior } = sensitiveSettings(step);
    const old = was.get(step.name);
    const recording = old?.RecordingBehavior;
    const participants = (behavior: typeof recording) => behavior?.RecordedParticipants?.length ?? 0;
    const records =
      (RecordingBehavior?.IVRRecordingBehavior === "Enabled" && recording?.IVRRecordingBehavior !== "Enabled") ||
      participants(RecordingBehavior) > participants(recording);
    const logs = FlowLoggingBehavior === "Enabled" && old?.FlowLoggingBehavior !== "Enabled";
    return [
      ...(before && logs ? [`the step ${step.name} turns flow logging on`] : []),
      ...(StoreInput === "True" && !InputEncryption ? [`the step ${step.name} stores input without encryption`] : []),
      ...(before && records ? [`the step ${step.name} turns recording on`] : []),
    ];
  });
  return [
    ...changed,
    ...validateFlow(flowJson(after))
      .filter(({ rule }) => SENSITIVE_INPUT_RULES.includes(rule))
      .map(({ step, problem }) => `the step ${step} ${problem}`),
  ];
}

function resourceDangers(change: ResourceChange): string[] {
  const { before, after } = change.change;
  if (!before || !after) return [];
  return [
    ...KMS_ARGUMENTS.filter((argument) => before[argument] && !after[argument] && !isUnknown(change, argument)).map(
      (argument) => `is no longer encrypted under its own KMS key (${argument})`,
    ),
    ...(before.enable_key_rotation === true && after.enable_key_rotation !== true
      ? ["no longer rotates every year"]
      : []),
    ...(before.type === "SecureString" && after.type !== "SecureString" ? ["is no longer encrypted"] : []),
  ].map((text) => `${nameOf(change)} ${text}`);
}
