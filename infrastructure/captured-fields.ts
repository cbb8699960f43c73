import type { Brand, Field } from "../fields/field";
import type { CapturedField } from "../flows/field-steps";
import { type SpokenLanguage, speakLanguage } from "../flows/spoken-language";
import type { FieldSetting } from "./field-settings";
import type { Settings } from "./settings";

/** A field as the function checks it. */
function fieldOf(setting: FieldSetting, allowedBrands: readonly Brand[]): Field {
  if ("kind" in setting) {
    const { kind, name, min, max, check } = setting;
    return { kind, name, min, max, ...(check ? { check } : {}) };
  }
  switch (setting.name) {
    case "cardNumber":
      return { kind: setting.name, name: setting.name, allowedBrands };
    case "postalCode":
      return { kind: setting.name, name: setting.name, min: setting.min, max: setting.max };
    case "expiryDate":
      return { kind: setting.name, name: setting.name };
    case "securityCode":
      return { kind: setting.name, name: setting.name };
  }
}

/** The fields as a flow asks for them. */
export function capturedFields({ fields, allowedBrands }: Settings): [CapturedField, ...CapturedField[]] {
  const captured = fields.map((setting): CapturedField => {
    const { attempts, firstDigitSeconds, interdigitSeconds } = setting;
    const maximumLength = "max" in setting ? setting.max : setting.maximumLength;
    return {
      field: fieldOf(setting, allowedBrands),
      ...{ attempts, maximumLength, firstDigitSeconds, interdigitSeconds },
    };
  });
  return captured as [CapturedField, ...CapturedField[]];
}

/** The languages as a flow speaks them, with the configuration's own words and the questions of its own fields. */
export function spokenLanguages({ languages, fields, prompts }: Settings): [SpokenLanguage, ...SpokenLanguage[]] {
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
