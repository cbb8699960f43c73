import type { Field, Problem } from "../contract/field";
import { type Language, loadLanguage, type RetryPrompt } from "./language-pack";
import type { PromptText } from "./prompts";

/** What is said of one field. */
export type Question = { ask: PromptText } & Partial<Record<Problem, RetryPrompt>>;

/** A configuration's own words, in place of a language's; fields by their name. */
export interface PromptOverrides
  extends Partial<Pick<Language, "voice" | "choose" | "chooseAgent" | "welcome" | "callAgain" | "goodbye">>,
    Partial<Pick<Language, "transfer" | "transferFailed">> {
  outcomes?: Partial<Language["outcomes"]>;
  fields?: Readonly<Record<string, Partial<Question>>>;
}

/** A language as one flow speaks it. */
export interface SpokenLanguage extends Omit<Language, "fields"> {
  /** BCP 47 */
  code: string;
  question(field: Field): Question;
}

/** @param overrides must have an `ask` for each field of the kind `digits` */
export function speakLanguage(code: string, overrides: PromptOverrides = {}): SpokenLanguage {
  const { fields, ...language } = loadLanguage(code);
  return {
    ...language,
    ...given(overrides),
    outcomes: { ...language.outcomes, ...given(overrides.outcomes) },
    code,
    question: ({ kind, name }) => ({
      ask: "",
      ...fields[kind],
      ...given(overrides.fields?.[name]),
    }),
  };
}

/** Without what is there and undefined, which would take a default's place. */
const given = <T extends object>(overrides: T | undefined): { [Name in keyof T]: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(overrides ?? {}).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
