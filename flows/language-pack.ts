import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type FieldKind, PROBLEMS_OF, type ProblemOf } from "../contract/field";
import { OUTCOMES, type Outcome } from "../contract/outcomes";
import type { PromptText } from "./prompts";

/** One text for all further attempts, or a list: for the second attempt, the third, … The last text is repeated. */
export type RetryPrompt = PromptText | readonly [PromptText, ...PromptText[]];

/** Prompts for fields of one kind. The question for `digits` is in the configuration. */
export type FieldPrompts<Kind extends FieldKind> = Record<ProblemOf<Kind>, RetryPrompt> &
  (Kind extends "digits" ? unknown : { ask: PromptText });

/** All prompts in one language. A missing prompt is a compile error. `{ask}` repeats the question. */
export interface Language {
  /** of Amazon Polly */
  voice: { name: string; engine: "neural" | "standard" | "generative" };
  /** in the menu of languages, in this language; `{key}` is the key to press */
  choose: PromptText;
  /** in that menu, if callers can be connected with an agent */
  chooseAgent: PromptText;
  /** before the first question */
  welcome: PromptText;
  fields: { [Kind in FieldKind]: FieldPrompts<Kind> };
  /** how the call ended; callers who asked for an agent hear nothing */
  outcomes: Record<Exclude<Outcome, "agent-requested"> | "acceptedWithoutCard", PromptText>;
  /** after an outcome that leads to a queue */
  transfer: PromptText;
  /** the queue is full or does not exist */
  transferFailed: PromptText;
  /** after an outcome that ends the call */
  callAgain: PromptText;
  /** at the end of a call */
  goodbye: PromptText;
}

const FOLDER = join(__dirname, "languages");

/** A language's code (BCP 47): the language, then script, region or variant. */
const CODE = /^[a-z]{2,3}(-[A-Za-z\d]{2,4})*$/;

/** The languages: every file of `flows/languages` whose name is a code. */
export const LANGUAGE_CODES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .filter((name) => CODE.test(name));

/** A language's file cannot be used. The message is one sentence. */
export class LanguageError extends Error {
  override name = "LanguageError";
}

/**
 * @param code one of {@link LANGUAGE_CODES}
 * @throws {LanguageError} if the file exports no complete language
 */
export function loadLanguage(code: string): Language {
  const exported: unknown = require(join(FOLDER, code)).default;
  const file = `flows/languages/${code}.ts`;
  if (exported === undefined) {
    throw new LanguageError(`${file} exports no language: end it with "export default", as en-US.ts does.`);
  }
  const parsed = LanguageSchema.safeParse(exported);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => path.join(".") || "language");
    throw new LanguageError(`${file} has no valid ${paths.join(", ")}: write it as en-US.ts does.`);
  }
  return parsed.data as Language;
}

const Text = z.string();
const RetryTexts = z.union([Text, z.tuple([Text], Text)]);

/** Checks a language at run time, because tsx runs it without checking its types. */
const LanguageSchema = z.object({
  voice: z.object({ name: Text, engine: z.enum(["neural", "standard", "generative", "long-form"]) }),
  fields: z.object(
    Object.fromEntries(
      Object.entries(PROBLEMS_OF).map(([kind, problems]) => [
        kind,
        z.object({
          ...(kind === "digits" ? {} : { ask: Text }),
          ...Object.fromEntries(problems.map((problem) => [problem, RetryTexts])),
        }),
      ]),
    ),
  ),
  outcomes: z.object(
    Object.fromEntries(
      [...OUTCOMES.filter((outcome) => outcome !== "agent-requested"), "acceptedWithoutCard"].map((name) => [
        name,
        Text,
      ]),
    ),
  ),
  ...Object.fromEntries(
    (["choose", "chooseAgent", "welcome", "transfer", "transferFailed", "callAgain", "goodbye"] as const).map(
      (name) => [name, Text],
    ),
  ),
});
