/** Whether digits are what their check digit says; all of them are digits. */
type Check = (digits: string) => boolean;

const weighted = (digits: string, weightAt: (fromRight: number) => number, add = (product: number) => product) =>
  [...digits].reduce((sum, digit, index) => sum + add(Number(digit) * weightAt(digits.length - 1 - index)), 0);

/** ISO/IEC 7812-1, annex B: every second digit from the right counts twice, of two-digit products the digits' sum. */
const luhn: Check = (digits) =>
  weighted(
    digits,
    (fromRight) => 1 + (fromRight % 2),
    (product) => (product > 9 ? product - 9 : product),
  ) %
    10 ===
  0;

/** Routing transit numbers of US banks: nine digits, weights 3, 7, 1 from the left. */
const abaRoutingNumber: Check = (digits) =>
  digits.length === 9 && weighted(digits, (fromRight) => [1, 7, 3][fromRight % 3] as number) % 10 === 0;

/** Weights 1, 2, 3, … from the right, as many banks check account numbers; the check digit X (10) has no key. */
const modulus11: Check = (digits) => weighted(digits, (fromRight) => fromRight + 1) % 11 === 0;

/** The checks that `digits(…, { check })` can name. A further one is a function here and its name in this list. */
export const CHECKS = { luhn, abaRoutingNumber, modulus11 } satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;
