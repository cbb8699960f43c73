import { FLOW_ATTRIBUTES, flowAttributeReference } from "../contract/flow-attributes";

/**
 * What a caller hears: plain text, or SSML within `<speak>`. It may contain `{brand}` and `{lastFour}` after a card
 * number was accepted, and `{length}`, `{ask}` and `{key}` where a language's description allows them.
 */
export type PromptText = string;

/** The last four digits are spoken one by one. */
const CARD: Readonly<Record<string, string>> = {
  brand: flowAttributeReference(FLOW_ATTRIBUTES.brand),
  lastFour: `<say-as interpret-as="digits">${flowAttributeReference(FLOW_ATTRIBUTES.lastFour)}</say-as>`,
};

/**
 * Joins texts to one prompt in SSML, a form that can be stored in an attribute.
 *
 * @param values texts that replace `{name}`
 */
export function speak(
  texts: readonly PromptText[],
  values: Readonly<Record<string, PromptText>> = {},
): { SSML: string } {
  const spoken = texts.filter((text) => text !== "").map((text) => fill(innerSsml(text), values));
  return { SSML: `<speak>${spoken.join(" ")}</speak>` };
}

export const isSsml = (text: PromptText): boolean => /^\s*<speak\b/.test(text);

const innerSsml = (text: PromptText): string =>
  isSsml(text)
    ? text
        .trim()
        .replace(/^<speak>|<\/speak>$/g, "")
        .trim()
    : text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const fill = (ssml: string, values: Readonly<Record<string, PromptText>>): string =>
  ssml.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    if (Object.hasOwn(values, name)) return innerSsml(values[name] as PromptText);
    return Object.hasOwn(CARD, name) ? (CARD[name] as string) : placeholder;
  });
