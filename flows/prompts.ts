/**
 * What is said: plain text, or SSML within `<speak>`. It may hold `{brand}` and `{lastFour}` after a card number was
 * accepted; `{length}`, `{ask}` and `{key}` where a language's description says so.
 */
export type PromptText = string;

/** The last four digits are spoken one by one, from where the flow keeps them. */
const CARD: Readonly<Record<string, string>> = {
  brand: "$.FlowAttributes.brand",
  lastFour: '<say-as interpret-as="digits">$.FlowAttributes.lastFour</say-as>',
};

/**
 * Texts as one prompt: SSML, the one form that can be joined and kept in an attribute.
 *
 * @param values what stands for `{name}`, as texts
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
