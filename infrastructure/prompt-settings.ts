import { DOMParser, onWarningStopParsing } from "@xmldom/xmldom";
import { z } from "zod";
import { PROBLEMS_OF } from "../fields/field";
import { isSsml } from "../flows/prompts";
import { type FieldSetting, kindOf, type SettingProblem } from "./field-settings";

const Text = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .superRefine((text, context) => {
    const message = ssmlProblem(text);
    if (message) context.addIssue({ code: "custom", message });
  });
/** One text for every further attempt, or one for each of them. */
const RetryText = z.union([Text, z.tuple([Text], Text)]);

/** Other words than a language's own: text, or SSML within `<speak>`. */
export const PromptSettings = z.strictObject({
  voice: z
    .strictObject({
      name: z.string().regex(/^[A-Z][a-z]+$/, "must be a voice of Amazon Polly's, such as Joanna"),
      engine: z.enum(["neural", "standard", "generative", "long-form"]).default("neural"),
    })
    .optional(),
  choose: Text.optional(),
  chooseAgent: Text.optional(),
  welcome: Text.optional(),
  fields: z.record(z.string(), z.object({ ask: Text.optional() }).catchall(RetryText)).optional(),
  outcomes: z
    .strictObject({
      accepted: Text.optional(),
      acceptedWithoutCard: Text.optional(),
      declined: Text.optional(),
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
    const further = field.attempts - 1;
    return Array.isArray(given) && given.length > further
      ? [{ path: [problem], message: `has ${given.length} texts, and there are ${further} further attempts` }]
      : [];
  });
}

/** Connect finds malformed SSML only when a caller is on the line. */
function ssmlProblem(text: string): string | undefined {
  if (!isSsml(text)) return undefined;
  try {
    new DOMParser({ onError: onWarningStopParsing }).parseFromString(text, "text/xml");
    return undefined;
  } catch (error) {
    const [, reason] = /"(.*)"/.exec((error as Error).message) ?? [];
    return `is not well-formed SSML${reason ? ` (${reason})` : ""}`;
  }
}
