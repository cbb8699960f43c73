import type { Brand, Field } from "../../contract/field";
import { testInputs } from "../../contract/test-cards";
import type { CaptureFlowProps } from "../../flows/capture-flow";
import type { CapturedField } from "../../flows/field-steps";
import { type SpokenLanguage, speakLanguage } from "../../flows/spoken-language";
import type { FieldSetting } from "../../settings/field-settings";
import type { Settings } from "../../settings/settings";

/** Resources that the flow refers to. */
export interface FlowResources {
  encryption: CaptureFlowProps["encryption"];
  functionArn: string;
  instanceArn: string;
}

/** The properties of the flow that the settings describe. */
export function captureFlowProps(settings: Settings, { encryption, functionArn, instanceArn }: FlowResources) {
  const { flowKind, onFailure, afterCapture } = settings;
  return {
    encryption,
    functionArn,
    fields: capturedFields(settings),
    languages: spokenLanguages(settings),
    kind: flowKind,
    onFailure: typeof onFailure === "object" ? { queueArn: `${instanceArn}/queue/${onFailure.queueId}` } : onFailure,
    afterCapture: {
      flowLogging: afterCapture.flowLogging,
      recording: { ivr: afterCapture.ivrRecording, participants: afterCapture.recordedParticipants },
    },
  } satisfies CaptureFlowProps;
}

/** The captured fields, with the flow's limits for each. The function checks the same fields. */
export function capturedFields({ fields, allowedBrands }: Settings): [CapturedField, ...CapturedField[]] {
  const captured = fields.map((setting): CapturedField => {
    const { attempts, firstDigitSeconds, interdigitSeconds } = setting;
    const maximumLength = "max" in setting ? setting.max : setting.maximumLength;
    return { field: fieldOf(setting, allowedBrands), attempts, maximumLength, firstDigitSeconds, interdigitSeconds };
  });
  return captured as [CapturedField, ...CapturedField[]];
}

/**
 * Keys of a call that is accepted, one word for each prompt: the first language if callers choose one, then an accepted
 * input for each field.
 */
export function testKeys(settings: Settings): string {
  const inputs = testInputs(capturedFields(settings).map(({ field }) => field));
  return [...(settings.languages.length > 1 ? ["1"] : []), ...inputs.map((digits) => `${digits}#`)].join(" ");
}

function fieldOf(setting: FieldSetting, allowedBrands: readonly Brand[]): Field {
  if ("kind" in setting) {
    const { kind, name, min, max, check } = setting;
    return { kind, name, min, max, ...(check ? { check } : {}) };
  }
  const { name } = setting;
  if (name === "cardNumber") return { kind: name, name, max: setting.maximumLength, allowedBrands };
  if (name === "postalCode") return { kind: name, name, min: setting.min, max: setting.max };
  return name === "expiryDate" ? { kind: name, name } : { kind: name, name };
}

/** The languages with all their prompts. Prompts in the configuration take precedence over the language's own. */
function spokenLanguages({ languages, fields, prompts }: Settings): [SpokenLanguage, ...SpokenLanguage[]] {
  const spoken = languages.map((code) => {
    const configured = prompts[code] ?? {};
    const digitFields = fields.flatMap((field) =>
      "prompt" in field
        ? [[field.name, { ask: promptIn(code, field.prompt), ...configured.fields?.[field.name] }] as const]
        : [],
    );
    return speakLanguage(code, {
      ...configured,
      fields: { ...configured.fields, ...Object.fromEntries(digitFields) },
    });
  });
  return spoken as [SpokenLanguage, ...SpokenLanguage[]];
}

const promptIn = (code: string, prompt: string | Record<string, string>): string =>
  typeof prompt === "string" ? prompt : (prompt[code] ?? "");
