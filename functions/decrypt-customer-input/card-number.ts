import cardValidator from "card-validator";
import { CHECK_DIGIT_RULES } from "../../contract/check-digits";
import type { Brand, Field, SecurityCodeLength } from "../../contract/field";
import type { Accepted, Rejected } from "../../contract/response";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { accept, reject } from "./response";

/** Brands, by card-validator's names. */
const BRAND_OF: Readonly<Record<string, Brand>> = {
  visa: "visa",
  mastercard: "mastercard",
  "american-express": "amex",
  discover: "discover",
  jcb: "jcb",
  "diners-club": "diners",
  maestro: "maestro",
  unionpay: "unionpay",
};
/** ISO/IEC 7812: no brand has shorter numbers. */
const SHORTEST_NUMBER = 12;

/** Dankort. card-validator takes its numbers for Maestro, which does not issue them. */
const OTHER_BRANDS = /^5019/;

/**
 * Checks length, Luhn check digit and brand. Some UnionPay numbers have no check digit, so only their length is checked. A
 * number with a correct check digit is never invalid because its brand is unknown: the caller should use another card, and
 * not enter the same number again.
 */
export function checkCardNumber(
  number: string,
  { max, allowedBrands }: Extract<Field, { kind: "cardNumber" }>,
): Accepted | Rejected {
  const { isValid, card } = cardValidator.number(number);
  if (number.length < Math.min(...(card?.lengths ?? [SHORTEST_NUMBER]))) return reject("too-short");
  if (number.length > max || !(card ? isValid : CHECK_DIGIT_RULES.luhn(number))) return reject("invalid-number");
  const brand = card && !OTHER_BRANDS.test(number) ? BRAND_OF[card.type] : undefined;
  if (!brand || !allowedBrands.includes(brand)) return reject("unsupported-brand");
  return accept({ brand, lastFour: number.slice(-4) });
}

/** The length of a card's security code, which depends on the brand of its number. */
export function securityCodeLength(cardNumber: SensitiveDigits): SecurityCodeLength {
  return cardValidator.number(cardNumber.reveal()).card?.code.size === 4 ? "4" : "3";
}
