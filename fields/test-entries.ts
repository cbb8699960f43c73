import { CHECKS } from "./checks";
import type { Brand, Field } from "./field";

/** As payment providers list them for tests. */
const TEST_CARDS: Record<Brand, string> = {
  visa: "4111111111111111",
  mastercard: "5555555555554444",
  amex: "378282246310005",
  discover: "6011111111111117",
  jcb: "3530111333300000",
  diners: "30569309025904",
  maestro: "6759649826438453",
  unionpay: "6200000000000005",
};

/** What a test caller types for each of the fields, so that it is accepted. */
export function testEntries(fields: readonly Field[]): string[] {
  const card = fields.find((field) => field.kind === "cardNumber");
  const brands = card?.allowedBrands.filter((brand) => TEST_CARDS[brand].length <= card.max) ?? [];
  const brand = brands[0] ?? "visa";
  return fields.map((field) => testEntry(field, brand));
}

function testEntry(field: Field, brand: Brand): string {
  switch (field.kind) {
    case "cardNumber":
      return TEST_CARDS[brand];
    case "expiryDate":
      return "1240";
    case "securityCode":
      return brand === "amex" ? "1234" : "123";
    case "postalCode":
      return digitsOf(field.min, () => true);
    case "digits":
      return digitsOf(field.min, field.check ? CHECKS[field.check] : () => true);
  }
}

/** The first number of so many digits that passes; a check digit and one before it are enough for every check. */
function digitsOf(length: number, passes: (digits: string) => boolean): string {
  const candidates = Array.from({ length: 100 }, (_, last) => String(last).padStart(length, "1234567890123456789"));
  return candidates.find((digits) => digits.length === length && passes(digits)) ?? "";
}
