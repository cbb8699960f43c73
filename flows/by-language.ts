import type { Language } from "./language-pack";
import { type PromptText, speak } from "./prompts";
import type { SpokenLanguage } from "./spoken-language";
import { compare, playPrompt, type Step } from "./steps";

export type Steps = Record<string, Step<string>>;
export type Languages = readonly [SpokenLanguage, ...SpokenLanguage[]];

/** One step that is another one in each language; with a single language it is just that step. */
export function byLanguage(
  name: string,
  languages: Languages,
  stepIn: (language: SpokenLanguage) => Step<string>,
): Steps {
  const [first, ...others] = languages;
  if (others.length === 0) return { [name]: stepIn(first) };
  const nameIn = ({ code }: SpokenLanguage) => `${name}-${code}`;
  return {
    [name]: compare("$.FlowAttributes.language", {
      equals: Object.fromEntries(others.map((language) => [language.code, nameIn(language)])),
      otherwise: nameIn(first),
    }),
    ...Object.fromEntries(languages.map((language) => [nameIn(language), stepIn(language)])),
  };
}

/** "Play prompt" in the caller's language. */
export const sayByLanguage = (
  name: string,
  languages: Languages,
  textsIn: (language: Omit<Language, "fields">) => PromptText[],
  next: string,
): Steps => byLanguage(name, languages, (language) => playPrompt(speak(textsIn(language)), { next }));
