import type { Field, Problem } from "../contract/field";
import { type Language, loadLanguage, type RetryPrompt } from "./language-pack";
import type { PromptText } from "./prompts";

/** The prompts for one field. */
export type Question = { ask: PromptText } & Partial<Record<Problem, RetryPrompt>>;

/** Prompts of a configuration, which replace those of the language. `fields` are by name. */
export interface PromptOverrides
  extends Partial<Pick<Language, "voice" | "choose" | "chooseAgent" | "welcome" | "callAgain" | "goodbye">>,
    Partial<Pick<Language, "transfer" | "transferFailed">> {
  outcomes?: Partial<Language["outcomes"]>;
  fields?: Readonly<Record<string, Partial<Question>>>;
}

/** A language with the prompts of one configuration. */
export interface SpokenLanguage extends Omit<Language, "fields"> {
  /** BCP 47 */
  code: string;
  question(field: Field): Question;
}

/** The languages of a flow. The first is the default. */
export type SpokenLanguages = readonly [SpokenLanguage, ...SpokenLanguage[]];

/** @param overrides must have an `ask` for each field of the kind `digits` */
export function speakLanguage(code: string, overrides: PromptOverrides = {}): SpokenLanguage {
  const { fields, ...language } = loadLanguage(code);
  return {
    ...language,
    ...withoutUndefined(overrides),
    outcomes: { ...language.outcomes, ...withoutUndefined(overrides.outcomes) },
    code,
    question: ({ kind, name }) => ({
      ask: "",
      ...fields[kind],
      ...withoutUndefined(overrides.fields?.[name]),
    }),
  };
}

/** A property that is `undefined` would replace the default. */
const withoutUndefined = <T extends object>(
  overrides: T | undefined,
): { [Name in keyof T]: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(overrides ?? {}).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
