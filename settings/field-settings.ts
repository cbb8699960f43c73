import { z } from "zod";
import { CHECK_DIGIT_RULES, type CheckDigitRule } from "../contract/check-digits";
import { FIELD_NAME, type FieldKind } from "../contract/field";
import { FLOW_ATTRIBUTES } from "../contract/flow-attributes";
import { type SettingProblem, settingMessage } from "./messages";
import { promptText } from "./prompt-text";
import { matching, wholeNumberBetween } from "./value-schemas";

/** ISO/IEC 7812: a card number has at most 19 digits. */
const CARD_NUMBER_DIGITS = { least: 12, most: 19 };
/** The length of the longest card number. AWS documents no limit for Connect. */
const MAX_DIGITS = CARD_NUMBER_DIGITS.most;
/** Length of a US routing transit number. */
const ABA_DIGITS = 9;

export const DEFAULT_FIELDS = ["cardNumber", "expiryDate", "securityCode"] as const;

const limits = {
  /** how often a caller can try */
  attempts: wholeNumberBetween(1, 10).default(3),
  /** seconds that the flow waits for the first digit */
  firstDigitSeconds: wholeNumberBetween(1, 180).default(10),
  /** seconds that the flow waits between two digits */
  interdigitSeconds: wholeNumberBetween(1, 20).default(5),
};

const CardNumber = z.strictObject({
  name: z.literal("cardNumber"),
  maximumLength: wholeNumberBetween(CARD_NUMBER_DIGITS.least, CARD_NUMBER_DIGITS.most).default(CARD_NUMBER_DIGITS.most),
  ...limits,
});
/** MMYY */
const ExpiryDate = z.strictObject({
  name: z.literal("expiryDate"),
  maximumLength: z.literal(4, "must be 4: MMYY").default(4),
  ...limits,
});
const SecurityCode = z.strictObject({
  name: z.literal("securityCode"),
  maximumLength: wholeNumberBetween(3, 4).default(4),
  ...limits,
});
const PostalCode = z.strictObject({
  name: z.literal("postalCode"),
  min: wholeNumberBetween(1, MAX_DIGITS).default(3),
  max: wholeNumberBetween(1, MAX_DIGITS).default(10),
  ...limits,
});

const KNOWN_FIELDS = [CardNumber, ExpiryDate, SecurityCode, PostalCode] as const;
const KNOWN_NAMES = KNOWN_FIELDS.map(({ shape }) => shape.name.value);
/** Names of the known fields, of flow attributes beside the fields, and of the function's other parameters. */
const RESERVED_NAMES = new Set<string>([
  ...KNOWN_NAMES,
  ...Object.values(FLOW_ATTRIBUTES),
  ...["field", "keyId", "operation", "submit"],
]);

/** A question: one text, or a text for each language by its code. */
const Question = z.union([promptText(), z.record(z.string(), promptText())], {
  error: ({ input }) =>
    typeof input === "string" || (typeof input === "object" && input !== null)
      ? undefined
      : "must be a question (a string)",
});

const Digits = z.strictObject({
  kind: z.literal("digits"),
  name: matching(FIELD_NAME, "up to 24 letters and digits, and begin with a lower-case letter").refine(
    (name) => !RESERVED_NAMES.has(name),
    "is a reserved name: choose another one",
  ),
  min: wholeNumberBetween(1, MAX_DIGITS),
  max: wholeNumberBetween(1, MAX_DIGITS),
  prompt: Question,
  check: z.enum(Object.keys(CHECK_DIGIT_RULES) as CheckDigitRule[]).optional(),
  ...limits,
});

/** One schema for each kind of field. */
export const FIELD_SCHEMAS = [...KNOWN_FIELDS, Digits];

const NAMES_MESSAGE = `must be one of ${KNOWN_NAMES.join(", ")}, or digits(…)`;
const KnownField = z.discriminatedUnion("name", KNOWN_FIELDS, NAMES_MESSAGE);

/** A name means the field with all its defaults. */
const FieldName = z.enum(KNOWN_NAMES, NAMES_MESSAGE).transform((name) => KnownField.parse({ name }));

type AnyField = typeof FieldName | typeof KnownField | typeof Digits;

/** Chooses one of the three schemas first: a union could not know which one the user had in mind for its messages. */
const FieldSetting: z.ZodType<z.output<AnyField>, z.input<AnyField>> = z
  .custom<z.input<AnyField>>()
  .transform((setting, context) => {
    const isObject = typeof setting === "object" && setting !== null;
    const schema = isObject ? ("kind" in setting ? Digits : KnownField) : FieldName;
    const result = schema.safeParse(setting, { error: settingMessage });
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
export type FieldSetting = z.output<typeof FieldSetting>;

export const kindOf = (setting: FieldSetting): FieldKind => ("kind" in setting ? setting.kind : setting.name);

export const Fields = z.array(FieldSetting).min(1, "must name at least one field");

type DigitsInput = z.input<typeof Digits>;

/**
 * A field for any other number that callers enter, such as an account number.
 *
 * @param options `min` and `max`: number of digits; `prompt`: the question, by language code where there are several
 * languages; `check`: the check digit rule `luhn`, `abaRoutingNumber` or `modulus11`
 * @example
 * digits("accountNumber", { min: 6, max: 10, prompt: "Please enter your account number, followed by the pound key." })
 */
export const digits = (name: string, options: Omit<DigitsInput, "kind" | "name">): DigitsInput => ({
  kind: "digits",
  name,
  ...options,
});

/** Finds problems between fields, and between fields and languages. */
export function fieldProblems(fields: readonly FieldSetting[], languages: readonly string[]): SettingProblem[] {
  const names = fields.map(({ name }) => name);
  return fields.flatMap((field, index): SettingProblem[] => {
    const problem = (message: string, ...path: string[]) => [{ path: ["fields", index, ...path], message }];
    return [
      ...(names.indexOf(field.name) < index ? problem(`asks for ${field.name} a second time`) : []),
      ...(field.name === "securityCode" && !names.slice(0, index).includes("cardNumber")
        ? problem("securityCode must come after cardNumber: the card's brand determines its length")
        : []),
      ...("min" in field && field.min > field.max ? problem("must not be more than max", "min") : []),
      ...("check" in field && field.check === "abaRoutingNumber" && (field.min > ABA_DIGITS || field.max < ABA_DIGITS)
        ? problem(`abaRoutingNumber needs ${ABA_DIGITS} digits: set min and max to ${ABA_DIGITS}`, "check")
        : []),
      ...("prompt" in field
        ? questionProblems(field.prompt, languages).flatMap((text) => problem(text, "prompt"))
        : []),
    ];
  });
}

function questionProblems(question: z.output<typeof Question>, languages: readonly string[]): string[] {
  if (typeof question === "string") {
    return languages.length > 1
      ? [`must have a text for each language: { ${languages.map((code) => `"${code}": "…"`).join(", ")} }`]
      : [];
  }
  return [
    ...languages.filter((code) => !(code in question)).map((code) => `has no text for ${code}`),
    ...Object.keys(question)
      .filter((code) => !languages.includes(code))
      .map((code) => `has a text for ${code}, which is not one of the languages`),
  ];
}
