import { CHECK_DIGIT_RULES } from "./check-digits";
import type { Brand, Field } from "./field";

/** Test numbers that payment providers publish. No real card has them. */
export const TEST_CARDS: Readonly<Record<Brand, string>> = {
  visa: "4111111111111111",
  mastercard: "5555555555554444",
  amex: "378282246310005",
  discover: "6011111111111117",
  jcb: "3530111333300000",
  diners: "30569309025904",
  maestro: "6759649826438453",
  unionpay: "6200000000000005",
};

/** Digits that the function accepts, for each of the fields. */
export function testInputs(fields: readonly Field[]): string[] {
  const card = fields.find((field) => field.kind === "cardNumber");
  const brands = card?.allowedBrands.filter((brand) => TEST_CARDS[brand].length <= card.max) ?? [];
  const brand = brands[0] ?? "visa";
  return fields.map((field) => testInput(field, brand));
}

function testInput(field: Field, brand: Brand): string {
  switch (field.kind) {
    case "cardNumber":
      return TEST_CARDS[brand];
    case "expiryDate":
      return "1240";
    case "securityCode":
      return brand === "amex" ? "1234" : "123";
    case "postalCode":
      return digitsOfLength(field.min, () => true);
    case "digits":
      return digitsOfLength(field.min, field.check ? CHECK_DIGIT_RULES[field.check] : () => true);
  }
}

/** The first number of this length that is valid. Changing the last two digits is enough for every check digit rule. */
function digitsOfLength(length: number, isValid: (digits: string) => boolean): string {
  const candidates = Array.from({ length: 100 }, (_, last) => String(last).padStart(length, "1234567890123456789"));
  return candidates.find((digits) => digits.length === length && isValid(digits)) ?? "";
}
