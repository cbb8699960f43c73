import cardValidator from "card-validator";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { type Answer, refuse } from "./answer";

/** Checks length, Luhn check digit and brand of what the caller typed, and answers for it. */
export function checkCardNumber(input: SensitiveDigits): Answer {
  if (input.length === 0) return refuse("no-input");
  const number = input.reveal();
  // card-validator would overlook spaces and dashes; a telephone has none.
  const { isValid, card } = /^\d+$/.test(number) ? cardValidator.number(number) : { isValid: false, card: null };
  if (!isValid || !card) return refuse("invalid-number");
  return { statusCode: "200", outcome: "accepted", brand: card.type, lastFour: number.slice(-4) };
}
