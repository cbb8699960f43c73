import { FLOW_ATTRIBUTES, flowAttributeReference } from "../contract/flow-attributes";
import type { Language } from "./language-pack";
import { type PromptText, speak } from "./prompts";
import type { SpokenLanguage, SpokenLanguages } from "./spoken-language";
import { compare, playPrompt, type Step, type Steps } from "./steps";

/**
 * The same step in each language, and a step with the given name that leads to the caller's language. With a single
 * language, the given name is the step itself.
 */
export function stepByLanguage(
  name: string,
  languages: SpokenLanguages,
  stepIn: (language: SpokenLanguage) => Step<string>,
): Steps {
  const [first, ...others] = languages;
  if (others.length === 0) return { [name]: stepIn(first) };
  const nameIn = ({ code }: SpokenLanguage) => `${name}-${code}`;
  return {
    [name]: compare(flowAttributeReference(FLOW_ATTRIBUTES.language), {
      equals: Object.fromEntries(others.map((language) => [language.code, nameIn(language)])),
      otherwise: nameIn(first),
    }),
    ...Object.fromEntries(languages.map((language) => [nameIn(language), stepIn(language)])),
  };
}

/** "Play prompt" in the caller's language. */
export const promptByLanguage = (
  name: string,
  languages: SpokenLanguages,
  textsIn: (language: Omit<Language, "fields">) => PromptText[],
  next: string,
): Steps => stepByLanguage(name, languages, (language) => playPrompt(speak(textsIn(language)), { next }));
