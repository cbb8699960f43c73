import { z } from "zod";
import { CHECK_DIGIT_RULES, type CheckDigitRule } from "../contract/check-digits";
import { FIELD_NAME, type FieldKind } from "../contract/field";
import { promptText } from "./prompt-text";
import { settingProblem } from "./setting-problem";

/** ISO/IEC 7812: a card number has at most 19 digits. */
const CARD_NUMBER_DIGITS = { least: 12, most: 19 };
/** As long as a card number may be: AWS documents no limit of Connect's own. */
const MAX_DIGITS = CARD_NUMBER_DIGITS.most;
/** A routing transit number's length. */
const ABA_DIGITS = 9;

export const CAPTURED_BY_DEFAULT = ["cardNumber", "expiryDate", "securityCode"] as const;

const wholeNumber = (least: number, most: number) =>
  z
    .number()
    .int()
    .min(least, `must be a whole number from ${least} to ${most}`)
    .max(most, `must be a whole number from ${least} to ${most}`);

const limits = {
  /** how often a caller may try */
  attempts: wholeNumber(1, 10).default(3),
  /** seconds for the first digit */
  firstDigitSeconds: wholeNumber(1, 180).default(10),
  /** seconds between digits */
  interdigitSeconds: wholeNumber(1, 20).default(5),
};

const CardNumber = z.strictObject({
  name: z.literal("cardNumber"),
  maximumLength: wholeNumber(CARD_NUMBER_DIGITS.least, CARD_NUMBER_DIGITS.most).default(CARD_NUMBER_DIGITS.most),
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
  maximumLength: wholeNumber(3, 4).default(4),
  ...limits,
});
const PostalCode = z.strictObject({
  name: z.literal("postalCode"),
  min: wholeNumber(1, MAX_DIGITS).default(3),
  max: wholeNumber(1, MAX_DIGITS).default(10),
  ...limits,
});

/** A question in one language, or in each by its code. */
const Ask = z
  .unknown()
  .refine((ask) => typeof ask === "string" || (typeof ask === "object" && ask !== null), "must be the question, a text")
  .pipe(z.union([promptText(), z.record(z.string(), promptText())]));

const Digits = z.strictObject({
  kind: z.literal("digits"),
  name: z
    .string()
    .regex(FIELD_NAME, "must be up to 24 letters and digits, a lower-case letter first")
    .refine((name) => !RESERVED.has(name), "is the name of something else: choose another"),
  min: wholeNumber(1, MAX_DIGITS),
  max: wholeNumber(1, MAX_DIGITS),
  prompt: Ask as z.ZodType<string | Record<string, string>, string | Record<string, string>>,
  check: z.enum(Object.keys(CHECK_DIGIT_RULES) as [CheckDigitRule, ...CheckDigitRule[]]).optional(),
  ...limits,
});

const KNOWN = { cardNumber: CardNumber, expiryDate: ExpiryDate, securityCode: SecurityCode, postalCode: PostalCode };
/** One schema for each kind of field. */
export const FIELD_SCHEMAS = [...Object.values(KNOWN), Digits];
type KnownName = keyof typeof KNOWN;
const KNOWN_NAMES = Object.keys(KNOWN) as [KnownName, ...KnownName[]];
/** also what the flow keeps beside the fields, and the function's other parameters */
const RESERVED = new Set<string>([
  ...KNOWN_NAMES,
  ...["attempt", "brand", "field", "keyId", "language", "lastFour", "operation", "outcome", "prompt", "submit"],
]);

const NAMES_SENTENCE = `must be one of ${KNOWN_NAMES.join(", ")}, or digits(…)`;
const KnownField = z.discriminatedUnion("name", [CardNumber, ExpiryDate, SecurityCode, PostalCode], NAMES_SENTENCE);

/** A name stands for the field with all defaults. */
const FieldName = z.enum(KNOWN_NAMES, NAMES_SENTENCE).transform((name) => KnownField.parse({ name }));

type AnyField = typeof FieldName | typeof KnownField | typeof Digits;

/** One of three forms; only the form that is meant says what is wrong with it, which a union could not know. */
const FieldSetting: z.ZodType<z.output<AnyField>, z.input<AnyField>> = z
  .custom<z.input<AnyField>>()
  .transform((setting, context) => {
    const isObject = typeof setting === "object" && setting !== null;
    const form = isObject ? ("kind" in setting ? Digits : KnownField) : FieldName;
    const result = form.safeParse(setting, { error: settingProblem });
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
export type FieldSetting = z.output<typeof FieldSetting>;

export const kindOf = (setting: FieldSetting): FieldKind => ("kind" in setting ? setting.kind : setting.name);

export const Fields = z.array(FieldSetting).min(1, "must name at least one field");

type DigitsInput = z.input<typeof Digits>;

/**
 * Any other number that callers type, such as an account number.
 *
 * @param options `min` and `max` digits; `prompt`: the question, in each language where there are several;
 * `check`: `luhn`, `abaRoutingNumber` or `modulus11`
 * @example
 * digits("accountNumber", { min: 6, max: 10, prompt: "Please enter your account number, followed by the pound key." })
 */
export const digits = (name: string, options: Omit<DigitsInput, "kind" | "name">): DigitsInput => ({
  kind: "digits",
  name,
  ...options,
});

export interface SettingProblem {
  path: (string | number)[];
  message: string;
}

/** What fields say against each other, and against the languages. */
export function fieldProblems(fields: readonly FieldSetting[], languages: readonly string[]): SettingProblem[] {
  const names = fields.map(({ name }) => name);
  return fields.flatMap((field, index): SettingProblem[] => {
    const problem = (message: string, ...path: string[]) => [{ path: ["fields", index, ...path], message }];
    return [
      ...(names.indexOf(field.name) < index ? problem(`asks for ${field.name} a second time`) : []),
      ...(field.name === "securityCode" && !names.slice(0, index).includes("cardNumber")
        ? problem("securityCode must come after cardNumber: the card's brand says how long it is")
        : []),
      ...("min" in field && field.min > field.max ? problem("must not be more than max", "min") : []),
      ...("check" in field && field.check === "abaRoutingNumber" && (field.min > ABA_DIGITS || field.max < ABA_DIGITS)
        ? problem(`abaRoutingNumber is for ${ABA_DIGITS} digits: set min and max to it`, "check")
        : []),
      ...("prompt" in field ? askProblems(field.prompt, languages).flatMap((text) => problem(text, "prompt")) : []),
    ];
  });
}

function askProblems(ask: z.output<typeof Ask>, languages: readonly string[]): string[] {
  if (typeof ask === "string") {
    return languages.length > 1
      ? [`must have a text for each language: { ${languages.map((code) => `"${code}": "…"`).join(", ")} }`]
      : [];
  }
  return [
    ...languages.filter((code) => !(code in ask)).map((code) => `has no text for ${code}`),
    ...Object.keys(ask)
      .filter((code) => !languages.includes(code))
      .map((code) => `has a text for ${code}, which is not among the languages`),
  ];
}
