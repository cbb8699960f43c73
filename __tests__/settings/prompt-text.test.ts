import fc from "fast-check";
import { ANY_NAME, referencesInText } from "../../flows/references";
import { promptText } from "../../settings/prompt-text";

const messageFor = (text: string) => promptText().safeParse(text).error?.issues[0]?.message;

const SENSITIVE = ["External", "FlowAttributes", "StoredCustomerInput"];
const spaces = fc.constantFrom("", " ", "\n");
const dots = fc.constantFrom("", ".");
const escaped = (name: string) => name.replace(/[oe]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);

/** The spellings of one name after `$`. */
const spelling = (name: string) =>
  fc.oneof(
    fc.constant(`.${name}`),
    fc
      .tuple(dots, spaces, fc.constantFrom("'", '"'), fc.constantFrom(name, escaped(name)), spaces)
      .map(([dot, before, quote, written, after]) => `${dot}[${before}${quote}${written}${quote}${after}]`),
  );
const any = fc.constantFrom(".*", "[*]", "[0]", ".['x','External']", "[?(@.a)]", "..*", "..card", "..['card']");
const first = fc.oneof(...SENSITIVE.map(spelling), any);
const rest = fc.oneof(fc.constant(""), spelling("cardNumber"));
const letters = fc.string({ unit: fc.constantFrom("a", " ", "。", ",", "$", "5") });

it("rejects every spelling of a reference to an input or a token", () => {
  fc.assert(
    fc.property(letters, first, rest, letters, (before, namespace, name, after) => {
      const text = `A ${before} $${namespace}${name} ${after} z`;
      expect(referencesInText(text).some(([first = ""]) => [...SENSITIVE, ANY_NAME].includes(first))).toBe(true);
      expect(messageFor(text)).toMatch(/^must not refer to \$\..*, which contains inputs and tokens$/);
    }),
    { numRuns: 2000 },
  );
});

it.each(["$.external.token", "$.EXTERNAL", "$.External-token", "$.FlowAttributes"])("rejects %s", (text) => {
  expect(messageFor(text)).toContain("must not refer to");
});

it.each([
  "Dear $.Attributes.name,",
  "$['Attributes']['External']",
  "You pay $5.",
  "$.Externally",
  "$.CustomerEndpoint.Address",
])("allows %s", (text) => {
  expect(messageFor(text)).toBeUndefined();
});
