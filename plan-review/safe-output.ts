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

/**
 * Characters that are invisible, or change how the text around them looks: control characters (C0, C1), marks for the
 * direction of text, zero-width characters, variation selectors, blank letters, separators of lines, unassigned and private
 * characters, and halves of surrogate pairs.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Text in one line, with its invisible characters as numbers, such as `[U+202E]`. */
export const visibleText = (text: string): string => text.replace(/[\t\n\r]+/g, " ").replace(INVISIBLE, codePoint);

const codePoint = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;

/** JSON in one line in which invisible characters are escaped: a terminal can print it. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(INVISIBLE, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** Text for Markdown that is neither markup nor HTML nor a link, and mentions no user and no issue. */
export const markdownText = (text: string): string =>
  visibleText(text)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()+!|<>~&$]|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[@#](?!\d+;)/g, "$&\u200b");

/** A Markdown code span. Its fence has more backticks than any run of them in the text, so that the text cannot end it. */
export function markdownCode(text: string): string {
  const line = visibleText(text).replace(/\s+/g, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return line.trim() === "" ? "(empty)" : longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}
