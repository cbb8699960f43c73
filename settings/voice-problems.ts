import type { SettingProblem } from "./messages";
import { enginesOfVoice, languagesOfVoice, speaksLanguage, type VoiceEngine, voicesForLanguage } from "./polly-voices";

interface VoiceSettings {
  prompts: Readonly<Record<string, { voice?: { name: string; engine: VoiceEngine } | undefined }>>;
}

const configuredVoices = ({ prompts }: VoiceSettings) =>
  Object.entries(prompts).flatMap(([code, { voice }]) => (voice ? [{ code, ...voice }] : []));

/**
 * Finds voices that cannot speak a language, and engines that a voice does not have. Amazon Connect publishes such a flow,
 * and speaks with its default voice during a call: Joanna, in English.
 */
export function voiceProblems(settings: VoiceSettings): SettingProblem[] {
  return configuredVoices(settings).flatMap(({ code, name, engine }): SettingProblem[] => {
    const voices = voicesForLanguage(code);
    const path = ["prompts", code, "voice"];
    if (languagesOfVoice(name).length > 0 && voices.length > 0 && !speaksLanguage(name, code)) {
      const languages = languagesOfVoice(name).join(" and ");
      return [{ path, message: `${name} speaks ${languages}: for ${code} use one of ${voices.join(", ")}` }];
    }
    const engines = enginesOfVoice(name);
    // AWS adds the generative engine to existing voices, so that the list can lack it: that is a warning.
    if (engines.length === 0 || engine === "generative" || engines.includes(engine)) return [];
    const quoted = engines.map((each) => `"${each}"`).join(" or ");
    return [{ path: [...path, "engine"], message: `must be ${quoted}: ${name} has no ${engine} engine` }];
  });
}

/** One sentence for each voice or engine that the list of Amazon Polly's voices does not contain. */
export const voiceWarnings = (settings: VoiceSettings): string[] =>
  configuredVoices(settings).flatMap(({ code, name, engine }) => {
    const setting = `The setting prompts.${code}.voice`;
    const remedy =
      "Callers hear Amazon Connect's default voice if Amazon Polly does not have it. The list is in settings/polly-voices.ts.";
    if (languagesOfVoice(name).length === 0) return [`${setting} names ${name}, an unknown voice. ${remedy}`];
    if (!enginesOfVoice(name).includes(engine)) {
      return [`${setting} asks for the ${engine} engine, which the voice ${name} is not known to have. ${remedy}`];
    }
    return voicesForLanguage(code).length === 0
      ? [`No voice of Amazon Polly is known to speak ${code}. ${remedy}`]
      : [];
  });
