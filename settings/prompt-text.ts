import { z } from "zod";
import { isSsml } from "../flows/prompts";

/** Amazon Polly speaks no more at once. */
const MAX_CHARACTERS = 3000;

/**
 * What is to be said: text, or SSML within `<speak>`.
 *
 * @param placeholders names that may stand in braces
 */
export const promptText = (...placeholders: string[]) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(MAX_CHARACTERS, `must have at most ${MAX_CHARACTERS} characters: Amazon Polly speaks no more at once`)
    .superRefine((text, context) => {
      for (const message of problemsOf(text, placeholders)) context.addIssue({ code: "custom", message });
    });

function problemsOf(text: string, placeholders: string[]): string[] {
  // The flow's content is a string of Terraform's, which would take it for an expression.
  if (/[$%]\{/.test(text)) return ['must not hold "${" or "%{", which Terraform would evaluate'];
  const [reference] = /\$\.(External|FlowAttributes|StoredCustomerInput)\b/.exec(text) ?? [];
  if (reference) return [`must not refer to ${reference}, where inputs and tokens are`];
  if (/[^\P{Cc}\n\t]/u.test(text)) return ["holds a control character"];
  const unknown = [...text.matchAll(/\{(\w*)\}/g)].find(([, name = ""]) => !placeholders.includes(name));
  if (unknown) {
    const known = placeholders.map((name) => `{${name}}`).join(", ");
    return [`has ${unknown[0]}, and there is ${known ? `only ${known}` : "nothing in braces"} here`];
  }
  const ssml = isSsml(text) ? ssmlProblem(text) : undefined;
  return ssml ? [ssml] : [];
}

/** Connect finds malformed SSML only when a caller is on the line. */
function ssmlProblem(text: string): string | undefined {
  // Texts are joined: what the element itself says, such as a language, could not hold for all of them.
  if (!/^<speak>[\s\S]*\S[\s\S]*<\/speak>$/.test(text)) return "must be <speak>, what is to be said, </speak>";
  // which the parser forgives
  if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text)) return 'must have "&amp;" for "&"';
  try {
    // Loaded where it is needed: most prompts are text.
    const { DOMParser, onWarningStopParsing } = require("@xmldom/xmldom") as typeof import("@xmldom/xmldom");
    // Amazon Polly knows its own prefix without a declaration.
    const declared = text.replace(/^<speak/, '<speak xmlns:amazon="https://docs.aws.amazon.com/polly/"');
    new DOMParser({ onError: onWarningStopParsing }).parseFromString(declared, "text/xml");
    return undefined;
  } catch (error) {
    const [, reason] = /"(.*)"/.exec((error as Error).message) ?? [];
    return `is not well-formed SSML${reason ? ` (${reason})` : ""}`;
  }
}
