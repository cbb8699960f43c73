/** Whether a number's check digit is right. The text holds only digits. */
type HasValidCheckDigit = (digits: string) => boolean;

const weightedSum = (digits: string, weightAt: (fromRight: number) => number, add = (product: number) => product) =>
  [...digits].reduce((sum, digit, index) => sum + add(Number(digit) * weightAt(digits.length - 1 - index)), 0);

/** ISO/IEC 7812-1, annex B: every second digit from the right is doubled; a product of two digits counts as their sum. */
const luhn: HasValidCheckDigit = (digits) =>
  weightedSum(
    digits,
    (fromRight) => 1 + (fromRight % 2),
    (product) => (product > 9 ? product - 9 : product),
  ) %
    10 ===
  0;

/** Routing transit numbers of US banks: nine digits, weights 3, 7, 1 from the left. */
const abaRoutingNumber: HasValidCheckDigit = (digits) =>
  digits.length === 9 && weightedSum(digits, (fromRight) => [1, 7, 3][fromRight % 3] as number) % 10 === 0;

/** Weights 1, 2, 3, … from the right, as many banks check account numbers. The check digit X (10) has no telephone key. */
const modulus11: HasValidCheckDigit = (digits) => weightedSum(digits, (fromRight) => fromRight + 1) % 11 === 0;

/** The rules that `digits(…, { check })` can name. To add one, write its function and name it here. */
export const CHECK_DIGIT_RULES = { luhn, abaRoutingNumber, modulus11 } satisfies Record<string, HasValidCheckDigit>;

export type CheckDigitRule = keyof typeof CHECK_DIGIT_RULES;
