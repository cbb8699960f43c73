import { CHECK_DIGIT_RULES } from "../contract/check-digits";

const PRIVATE_KEY = /PRIVATE KEY/;
const PEM = /-----BEGIN [^-]+-----[\s\S]*?(-----END [^-]+-----|$)/g;
const CARD_LIKE = /\d(?:[ .-]?\d){12,18}/g;

/**
 * A copy of a value in which no text contains a private key, a certificate or a card number. A plan should contain no
 * secret; this is the last check before the output.
 */
export function redactSecrets<Value>(value: Value): Value {
  if (typeof value === "string") return redactText(value) as Value;
  if (Array.isArray(value)) return value.map(redactSecrets) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [redactText(name), redactSecrets(inner)]),
  ) as Value;
}

function redactText(text: string): string {
  if (PRIVATE_KEY.test(text)) return "(withheld: looks like a private key)";
  return text
    .replace(PEM, "(certificate)")
    .replace(CARD_LIKE, (run) => (CHECK_DIGIT_RULES.luhn(run.replace(/\D/g, "")) ? run.replace(/\d/g, "•") : run));
}

/** Text for a terminal: control characters could be escape sequences. */
export const terminalText = (text: string): string => text.replace(/\p{Cc}/gu, " ");

/** Text for Markdown that is neither markup nor HTML, and mentions no user and no issue. */
export const markdownText = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()+!|<>~&]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[@#](?!\d+;)/g, "$&\u200b");

/** A Markdown code span. Its fence has more backticks than any run of them in the text, so that the text cannot end it. */
export function markdownCode(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return line.trim() === "" ? "(empty)" : longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}
