import { z } from "zod";
import { isSsml } from "../flows/prompts";
import { referencesInText } from "../flows/references";

/** Amazon Polly's limit for one request. */
const MAX_CHARACTERS = 3000;

/** Namespaces with inputs and tokens, also at the beginning of a longer name, and `*`, which stands for any of them. */
const SENSITIVE = /^(\*|(External|FlowAttributes|StoredCustomerInput)\b)/i;

/**
 * A spoken text: plain text, or SSML within `<speak>`.
 *
 * @param placeholders names that the text may contain in braces
 */
export const promptText = (...placeholders: string[]) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(MAX_CHARACTERS, `must have at most ${MAX_CHARACTERS} characters, Amazon Polly's limit`)
    .superRefine((text, context) => {
      for (const message of problemsOf(text, placeholders)) context.addIssue({ code: "custom", message });
    });

function problemsOf(text: string, placeholders: string[]): string[] {
  const [namespace] = referencesInText(text).find(([first = ""]) => SENSITIVE.test(first)) ?? [];
  if (namespace) return [`must not refer to $.${namespace}, which contains inputs and tokens`];
  if (/[^\P{Cc}\n\t]/u.test(text)) return ["must not contain control characters"];
  const unknown = [...text.matchAll(/\{(\w*)\}/g)].find(([, name = ""]) => !placeholders.includes(name));
  if (unknown) {
    const known = placeholders.map((name) => `{${name}}`).join(" and ");
    return [`contains ${unknown[0]}, but this prompt has ${known ? `only ${known}` : "no placeholders"}`];
  }
  const [, sign, placeholder] = /([$%])(\{\w*\})/.exec(text) ?? [];
  if (sign) return [`must not have "${sign}" directly before ${placeholder}`];
  const ssml = isSsml(text) ? ssmlProblem(text) : undefined;
  return ssml ? [ssml] : [];
}

/** Connect accepts a flow with malformed SSML, and then fails the call. */
function ssmlProblem(text: string): string | undefined {
  // The flow joins prompts within one <speak>, so attributes of the element cannot apply to one prompt only.
  if (!/^<speak>[\s\S]*\S[\s\S]*<\/speak>$/.test(text)) {
    return 'must be text between "<speak>" (without attributes) and "</speak>"';
  }
  // The parser accepts a bare "&".
  if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text)) return 'must write "&" as "&amp;"';
  try {
    // Most configurations have no SSML, and loading the parser takes time.
    const { DOMParser, onWarningStopParsing } = require("@xmldom/xmldom") as typeof import("@xmldom/xmldom");
    // Amazon Polly accepts its own prefix without a declaration; the parser does not.
    const declared = text.replace(/^<speak/, '<speak xmlns:amazon="https://docs.aws.amazon.com/polly/"');
    new DOMParser({ onError: onWarningStopParsing }).parseFromString(declared, "text/xml");
    return undefined;
  } catch (error) {
    const [, reason] = /"(.*)"/.exec((error as Error).message) ?? [];
    return `is not well-formed SSML${reason ? ` (${reason})` : ""}`;
  }
}
