import type { Brand, Field } from "../../contract/field";
import type { CaptureFlowProps } from "../../flows/capture-flow";
import type { CapturedField } from "../../flows/field-steps";
import { type SpokenLanguage, speakLanguage } from "../../flows/spoken-language";
import type { FieldSetting } from "../../settings/field-settings";
import type { Settings } from "../../settings/settings";

/** What a deployment knows that settings do not. */
export interface Deployed {
  encryption: CaptureFlowProps["encryption"];
  functionArn: string;
  instanceArn: string;
}

/** The flow that the settings describe. */
export function captureFlowProps(settings: Settings, { encryption, functionArn, instanceArn }: Deployed) {
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

/** The fields as a flow asks for them, and as the function checks them. */
export function capturedFields({ fields, allowedBrands }: Settings): [CapturedField, ...CapturedField[]] {
  const captured = fields.map((setting): CapturedField => {
    const { attempts, firstDigitSeconds, interdigitSeconds } = setting;
    const maximumLength = "max" in setting ? setting.max : setting.maximumLength;
    return { field: fieldOf(setting, allowedBrands), attempts, maximumLength, firstDigitSeconds, interdigitSeconds };
  });
  return captured as [CapturedField, ...CapturedField[]];
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

/** The languages as a flow speaks them, with the configuration's own words and the questions of its own fields. */
function spokenLanguages({ languages, fields, prompts }: Settings): [SpokenLanguage, ...SpokenLanguage[]] {
  const spoken = languages.map((code) => {
    const own = prompts[code] ?? {};
    const asked = fields.flatMap((field) =>
      "prompt" in field ? [[field.name, { ask: askIn(code, field.prompt), ...own.fields?.[field.name] }] as const] : [],
    );
    return speakLanguage(code, { ...own, fields: { ...own.fields, ...Object.fromEntries(asked) } });
  });
  return spoken as [SpokenLanguage, ...SpokenLanguage[]];
}

const askIn = (code: string, prompt: string | Record<string, string>): string =>
  typeof prompt === "string" ? prompt : (prompt[code] ?? "");
