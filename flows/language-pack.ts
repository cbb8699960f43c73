import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FieldKind, ProblemOf } from "../contract/field";
import type { Outcome } from "../contract/outcomes";
import { missingParts } from "./missing-parts";
import type { PromptText } from "./prompts";

/** One text for every further attempt, or one for each: the second attempt, the third, …; the last stays. */
export type RetryPrompt = PromptText | readonly [PromptText, ...PromptText[]];

/** What is said about fields of one kind; of `digits` the configuration has the question. */
export type FieldPrompts<Kind extends FieldKind> = Record<ProblemOf<Kind>, RetryPrompt> &
  (Kind extends "digits" ? unknown : { ask: PromptText });

/** All that a caller hears in one language: what is missing is a compile error. `{ask}` repeats a field's question. */
export interface Language {
  /** of Amazon Polly */
  voice: { name: string; engine: "neural" | "standard" | "generative" | "long-form" };
  /** in the menu of languages, spoken in this one; `{key}` is the key to press */
  choose: PromptText;
  /** in that menu, where callers who fail are connected with a person */
  chooseAgent: PromptText;
  /** before the first question */
  welcome: PromptText;
  fields: { [Kind in FieldKind]: FieldPrompts<Kind> };
  /** what has happened; callers who asked for a person know */
  outcomes: Record<Exclude<Outcome, "agent-requested"> | "acceptedWithoutCard", PromptText>;
  /** after an outcome: to a queue */
  transfer: PromptText;
  /** the queue is full, or not there */
  transferFailed: PromptText;
  /** after an outcome that ends the call */
  callAgain: PromptText;
  /** at the end of a call */
  goodbye: PromptText;
}

const FOLDER = join(__dirname, "languages");

/** A language's code (BCP 47): the language, then script, region or variant. */
const CODE = /^[a-z]{2,3}(-[A-Za-z\d]{2,4})*$/;

/** Every file of `flows/languages` that a code names is a language. */
export const LANGUAGE_CODES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .filter((name) => CODE.test(name));

/** A language's file that cannot be used; the text is one sentence. */
export class LanguageError extends Error {
  override name = "LanguageError";
}

/** @param code one of {@link LANGUAGE_CODES} */
export function loadLanguage(code: string): Language {
  const language: unknown = require(join(FOLDER, code)).default;
  const file = `flows/languages/${code}.ts`;
  if (language === undefined) {
    throw new LanguageError(`${file} exports no language: end it with "export default", as en-US.ts does.`);
  }
  const missing = missingParts(language);
  if (missing.length > 0) {
    throw new LanguageError(`${file} lacks ${missing.join(", ")}: add what en-US.ts has there.`);
  }
  return language as Language;
}
