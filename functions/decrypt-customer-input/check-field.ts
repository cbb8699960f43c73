import { CHECK_DIGIT_RULES } from "../../contract/check-digits";
import type { Field } from "../../contract/field";
import type { Accepted, Rejected } from "../../contract/response";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { checkCardNumber, securityCodeLength } from "./card-number";
import { checkExpiryDate } from "./expiry-date";
import { accept, reject } from "./response";

export interface CheckContext {
  /** IANA name of the zone by whose calendar a card expires */
  timeZone: string;
  /** of the same caller, where it is captured: it decides on the security code's length */
  cardNumber?: SensitiveDigits | undefined;
}

/** Checks what was typed for one field. A caller's mistake is an answer, in the words that prompts are chosen by. */
export function checkField(
  field: Field,
  input: SensitiveDigits,
  { timeZone, cardNumber }: CheckContext,
): Accepted | Rejected {
  const digits = input.reveal();
  if (digits === "") return reject("timeout");
  // card-validator would overlook spaces and dashes; a telephone has none, but it has a star.
  const isNumber = /^\d+$/.test(digits);
  switch (field.kind) {
    case "cardNumber":
      return isNumber ? checkCardNumber(digits, field) : reject("invalid-number");
    case "expiryDate":
      return isNumber ? checkExpiryDate(digits, timeZone) : reject("invalid-date");
    case "securityCode": {
      const length = cardNumber ? securityCodeLength(cardNumber) : "3";
      return isNumber && digits.length === Number(length) ? accept() : reject("invalid-security-code", { length });
    }
    case "postalCode":
    case "digits": {
      if (digits.length < field.min) return reject("too-short");
      const fits = isNumber && digits.length <= field.max && passesCheck(field, digits);
      return fits ? accept() : reject("invalid-number");
    }
  }
}

const passesCheck = (field: Field, digits: string): boolean =>
  field.kind !== "digits" || field.check === undefined || CHECK_DIGIT_RULES[field.check](digits);
