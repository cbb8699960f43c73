/** Stands for any name: `$.*`, `$..name`, `$['a','b']` and `$[0]` contain it. */
export const ANY_NAME = "*";

/** With escapes, which JSONPath allows. Names have no "$": another reference begins there. */
const QUOTED = String.raw`'[^'\\$]*(?:\\[^$][^'\\$]*)*'|"[^"\\$]*(?:\\[^$][^"\\$]*)*"`;
const NAME_LIST = String.raw`\[\s*(?:${QUOTED})(?:\s*,\s*(?:${QUOTED}))*\s*\]`;
/** A bracket with an index, a wildcard or a filter, also an unfinished one. */
const OTHER_BRACKET = String.raw`\[[^'"[\]$]*\]?`;
const BRACKET = String.raw`\.{0,2}(?:${NAME_LIST}|${OTHER_BRACKET})`;
// The first name does not begin with a digit: "$.50" is a price.
const FIRST = String.raw`${BRACKET}|\.{1,2}(?:\*|[A-Za-z_][\w-]*)`;
const NEXT = String.raw`${BRACKET}|\.{1,2}(?:\*|[\w-]+)`;

const REFERENCE = new RegExp(String.raw`\$(?:${FIRST})(?:${NEXT})*`, "g");
const PART = new RegExp(String.raw`(\.{0,2})(?:(${NAME_LIST})|(${OTHER_BRACKET}|\*)|([\w-]+))`, "g");

/**
 * Reads the references (JSONPath) in a text, which Connect replaces with values during a call. Every spelling counts:
 * `$.External.token`, `$.External['token']`, `$['External']["token"]`, `$.['External'].token`, `$..token`.
 *
 * @returns the names of each reference, such as `["External", "token"]`; {@link ANY_NAME} where any name matches. A
 * reference that occurs twice is returned once.
 */
export const referencesInText = (text: string): string[][] =>
  [...new Set(text.match(REFERENCE))].map((reference) => [...reference.matchAll(PART)].flatMap(namesOfPart));

function namesOfPart([, dots = "", list, other, plain = ""]: RegExpExecArray): string[] {
  const descent = dots === ".." ? [ANY_NAME] : [];
  if (other !== undefined) return [...descent, ANY_NAME];
  if (list === undefined) return [...descent, plain];
  const [first, ...others] = list.match(new RegExp(QUOTED, "g")) ?? [];
  return [...descent, first === undefined || others.length > 0 ? ANY_NAME : unquoted(first)];
}

const unquoted = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/\\(?:u([\da-f]{4})|([\s\S]))/gi, (_, code?: string, character = "") =>
      code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16)),
    );
