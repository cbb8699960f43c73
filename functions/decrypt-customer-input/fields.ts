import * as z from "zod/mini";
import { CHECK_DIGIT_RULES, type CheckDigitRule } from "../../contract/check-digits";
import { BRANDS, type Brand, FIELD_NAME, type Field, PROBLEMS_OF } from "../../contract/field";
import { FIELD_DEFINITIONS } from "../../contract/operations";
import { DecryptCustomerInputError } from "./errors";

/** ISO/IEC 7812: the length of the longest card number. No other input is longer. */
const MAX_DIGITS = 19;
/** A flow has no space for more inputs. */
const MAX_FIELDS = 100;

const length = z.number().check(z.int(), z.minimum(1), z.maximum(MAX_DIGITS));
const CHECK_NAMES = Object.keys(CHECK_DIGIT_RULES) as CheckDigitRule[];
const KINDS: readonly string[] = Object.keys(PROBLEMS_OF);
const OTHER_KINDS = KINDS.filter((kind) => kind !== "digits");

const cardNumber = {
  kind: z.literal("cardNumber"),
  name: z.literal("cardNumber"),
  max: length,
  allowedBrands: z.array(z.enum(BRANDS)).check(z.minLength(1)),
};
const expiryDate = { kind: z.literal("expiryDate"), name: z.literal("expiryDate") };
const securityCode = { kind: z.literal("securityCode"), name: z.literal("securityCode") };
const postalCode = { kind: z.literal("postalCode"), name: z.literal("postalCode"), min: length, max: length };
const digits = {
  kind: z.literal("digits"),
  // Under the name of another kind, an input would not get that kind's check.
  name: z.string().check(
    z.regex(FIELD_NAME),
    z.refine((name) => !OTHER_KINDS.includes(name)),
  ),
  min: length,
  max: length,
  check: z.optional(z.enum(CHECK_NAMES)),
};

const ConfiguredField = z.discriminatedUnion("kind", [
  z.object(cardNumber),
  z.object(expiryDate),
  z.object(securityCode),
  z.object(postalCode),
  z.object(digits),
]);

const DefinedField = z.discriminatedUnion("kind", [
  z.strictObject(cardNumber),
  z.strictObject(expiryDate),
  z.strictObject(securityCode),
  z.strictObject(postalCode),
  z.strictObject(digits),
]);

const haveOwnNames = z.refine<readonly { name: string }[]>(
  (fields) => new Set(fields.map(({ name }) => name)).size === fields.length,
);
const ConfiguredFields = z.array(ConfiguredField).check(z.minLength(1), haveOwnNames);
const DefinedFields = z.array(DefinedField).check(z.minLength(1), z.maxLength(MAX_FIELDS), haveOwnNames);

/**
 * Parses the fields of the function's environment. While Lambda updates the function, this code can run for a moment with
 * the environment of the next version. So what that version added is ignored: fields of an unknown kind or with an unknown
 * check digit rule, brands, and properties. A flow that asks for such a field is deployed after the update.
 *
 * Throws if the text is invalid for any other reason.
 */
export function parseConfiguredFields(text: string): Field[] {
  const fields = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text));
  return ConfiguredFields.parse(fields.filter(isKnown).map(withKnownBrands)) satisfies Field[];
}

/**
 * Parses the definitions of fields that a flow passes. They must be exactly as described: a definition that is only partly
 * understood would be a weaker check. Throws `invalid-event`, without a value of the text.
 */
export function parseFieldDefinitions(text: string): Field[] {
  const result = DefinedFields.safeParse(parseJson(text));
  if (result.success) return result.data satisfies Field[];
  throw new DecryptCustomerInputError(
    "invalid-event",
    `the event's ${FIELD_DEFINITIONS} do not define fields that this function can check`,
  );
}

const isKnown = ({ kind, check }: Record<string, unknown>) =>
  KINDS.includes(String(kind)) && (check === undefined || CHECK_NAMES.includes(check as CheckDigitRule));

const withKnownBrands = (field: Record<string, unknown>) =>
  Array.isArray(field.allowedBrands)
    ? { ...field, allowedBrands: field.allowedBrands.filter((brand) => BRANDS.includes(brand as Brand)) }
    : field;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the error would quote the text
  }
}
