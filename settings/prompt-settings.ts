import { z } from "zod";
import { PROBLEMS_OF } from "../contract/field";
import { type FieldSetting, kindOf } from "./field-settings";
import type { SettingProblem } from "./messages";
import { VOICE_ENGINES } from "./polly-voices";
import { promptText } from "./prompt-text";
import { matching } from "./value-schemas";

const Text = promptText();
const CardText = promptText("brand", "lastFour");
const ProblemText = promptText("ask", "length");
/** One text for all further attempts, or one for each of them. */
const RetryText = z.union([ProblemText, z.tuple([ProblemText], ProblemText)]);

/** Texts that replace a language's own: plain text, or SSML within `<speak>`. */
export const PromptSettings = z.strictObject({
  voice: z
    .strictObject({
      name: matching(/^[A-Z][a-z]+$/, "an Amazon Polly voice such as Joanna"),
      engine: z
        .enum(VOICE_ENGINES, {
          error: ({ input }) =>
            input === "long-form"
              ? 'must be "generative", "neural", or "standard": Amazon Connect has no long-form engine'
              : undefined,
        })
        .default("neural"),
    })
    .optional(),
  choose: promptText("key").optional(),
  chooseAgent: Text.optional(),
  welcome: Text.optional(),
  fields: z.record(z.string(), z.object({ ask: Text.optional() }).catchall(RetryText)).optional(),
  outcomes: z
    .strictObject({
      accepted: CardText.optional(),
      acceptedWithoutCard: Text.optional(),
      declined: CardText.optional(),
      "attempts-exhausted": Text.optional(),
      unavailable: Text.optional(),
    })
    .optional(),
  transfer: Text.optional(),
  transferFailed: Text.optional(),
  callAgain: Text.optional(),
  goodbye: Text.optional(),
});

/** Finds prompts for languages, fields and attempts that do not exist: no caller would hear them. */
export function promptProblems(settings: {
  prompts: Readonly<Record<string, z.output<typeof PromptSettings>>>;
  languages: readonly string[];
  fields: readonly FieldSetting[];
}): SettingProblem[] {
  return Object.entries(settings.prompts).flatMap(([code, { fields = {} }]): SettingProblem[] => {
    if (!settings.languages.includes(code)) {
      return [{ path: ["prompts", code], message: `is not one of the languages: ${settings.languages.join(", ")}` }];
    }
    return Object.entries(fields).flatMap(([name, texts]) =>
      fieldPromptProblems(
        settings.fields.find((field) => field.name === name),
        texts,
      ).map(({ path, message }): SettingProblem => ({ path: ["prompts", code, "fields", name, ...path], message })),
    );
  });
}

function fieldPromptProblems(field: FieldSetting | undefined, texts: object): SettingProblem[] {
  if (!field) return [{ path: [], message: "is not one of the fields" }];
  const known = ["ask", ...PROBLEMS_OF[kindOf(field)]];
  return Object.entries(texts).flatMap(([problem, text]): SettingProblem[] => {
    if (!known.includes(problem)) return [{ path: [problem], message: `must be one of ${known.join(", ")}` }];
    if (problem !== "invalid-security-code" && [text].flat().some((one) => one.includes("{length}"))) {
      return [{ path: [problem], message: "contains {length}, which only invalid-security-code has" }];
    }
    const further = field.attempts - 1;
    return Array.isArray(text) && text.length > further
      ? [{ path: [problem], message: `has ${text.length} texts, but there are only ${further} further attempts` }]
      : [];
  });
}
