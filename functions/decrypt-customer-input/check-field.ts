import { CHECK_DIGIT_RULES } from "../../contract/check-digits";
import type { Field } from "../../contract/field";
import type { Accepted, Rejected } from "../../contract/response";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { checkCardNumber, securityCodeLength } from "./card-number";
import { checkExpiryDate } from "./expiry-date";
import { accept, reject } from "./response";

export interface FieldContext {
  /** IANA name of the time zone in which cards expire */
  timeZone: string;
  now: Date;
  /** the same caller's card number, which determines the length of the security code; undefined if none is captured */
  cardNumber?: SensitiveDigits | undefined;
}

/** Checks the input of one field. A rejection's outcome also selects the prompt that the caller hears. */
export function checkField(
  field: Field,
  input: SensitiveDigits,
  { timeZone, now, cardNumber }: FieldContext,
): Accepted | Rejected {
  const digits = input.reveal();
  if (digits === "") return reject("timeout");
  // card-validator ignores spaces and dashes. A telephone sends neither, but it can send a star.
  const isNumber = /^\d+$/.test(digits);
  switch (field.kind) {
    case "cardNumber":
      return isNumber ? checkCardNumber(digits, field) : reject("invalid-number");
    case "expiryDate":
      return isNumber ? checkExpiryDate(digits, timeZone, now) : reject("invalid-date");
    case "securityCode": {
      const length = cardNumber ? securityCodeLength(cardNumber) : "3";
      return isNumber && digits.length === Number(length) ? accept() : reject("invalid-security-code", { length });
    }
    case "postalCode":
    case "digits": {
      if (digits.length < field.min) return reject("too-short");
      const isValid = isNumber && digits.length <= field.max && hasValidCheckDigit(field, digits);
      return isValid ? accept() : reject("invalid-number");
    }
  }
}

const hasValidCheckDigit = (field: Field, digits: string): boolean =>
  field.kind !== "digits" || field.check === undefined || CHECK_DIGIT_RULES[field.check](digits);
