import { z } from "zod";
import { PROBLEMS_OF } from "../contract/field";
import { type FieldSetting, kindOf, type SettingProblem } from "./field-settings";
import { promptText } from "./prompt-text";

const Text = promptText();
const OfCard = promptText("brand", "lastFour");
const AfterProblem = promptText("ask", "length");
/** One text for every further attempt, or one for each of them. */
const RetryText = z.union([AfterProblem, z.tuple([AfterProblem], AfterProblem)]);

/** Other words than a language's own: text, or SSML within `<speak>`. */
export const PromptSettings = z.strictObject({
  voice: z
    .strictObject({
      name: z.string().regex(/^[A-Z][a-z]+$/, "must be a voice of Amazon Polly's, such as Joanna"),
      engine: z.enum(["neural", "standard", "generative", "long-form"]).default("neural"),
    })
    .optional(),
  choose: promptText("key").optional(),
  chooseAgent: Text.optional(),
  welcome: Text.optional(),
  fields: z.record(z.string(), z.object({ ask: Text.optional() }).catchall(RetryText)).optional(),
  outcomes: z
    .strictObject({
      accepted: OfCard.optional(),
      acceptedWithoutCard: Text.optional(),
      declined: OfCard.optional(),
      "attempts-exhausted": Text.optional(),
      unavailable: Text.optional(),
    })
    .optional(),
  transfer: Text.optional(),
  transferFailed: Text.optional(),
  callAgain: Text.optional(),
  goodbye: Text.optional(),
});

/** Prompts for what is not there would never be heard. */
export function promptProblems(settings: {
  prompts: Readonly<Record<string, z.output<typeof PromptSettings>>>;
  languages: readonly string[];
  fields: readonly FieldSetting[];
}): SettingProblem[] {
  return Object.entries(settings.prompts).flatMap(([code, { fields = {} }]): SettingProblem[] => {
    if (!settings.languages.includes(code)) {
      return [{ path: ["prompts", code], message: `is not among the languages: ${settings.languages.join(", ")}` }];
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
  if (!field) return [{ path: [], message: "is not among the fields" }];
  const known = ["ask", ...PROBLEMS_OF[kindOf(field)]];
  return Object.entries(texts).flatMap(([problem, given]): SettingProblem[] => {
    if (!known.includes(problem)) return [{ path: [problem], message: `must be one of ${known.join(", ")}` }];
    if (problem !== "invalid-security-code" && [given].flat().some((text) => text.includes("{length}"))) {
      return [{ path: [problem], message: "has {length}, which only a security code has" }];
    }
    const further = field.attempts - 1;
    return Array.isArray(given) && given.length > further
      ? [{ path: [problem], message: `has ${given.length} texts, and there are ${further} further attempts` }]
      : [];
  });
}
