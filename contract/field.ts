import type { CheckDigitRule } from "./check-digits";

/** What can be wrong with an input, by kind of field. Prompts are chosen by these names. */
export const PROBLEMS_OF = {
  cardNumber: ["timeout", "too-short", "invalid-number", "unsupported-brand"],
  expiryDate: ["timeout", "too-short", "invalid-date", "expired"],
  securityCode: ["timeout", "invalid-security-code"],
  postalCode: ["timeout", "too-short", "invalid-number"],
  digits: ["timeout", "too-short", "invalid-number"],
} as const;

export type FieldKind = keyof typeof PROBLEMS_OF;
export type ProblemOf<Kind extends FieldKind> = (typeof PROBLEMS_OF)[Kind][number];
export type Problem = ProblemOf<FieldKind>;

/** Card brands, as a configuration and a response name them. */
export const BRANDS = ["visa", "mastercard", "amex", "discover", "jcb", "diners", "maestro", "unionpay"] as const;
export type Brand = (typeof BRANDS)[number];

/** Digits of a security code: four for American Express, three for all other brands. */
export type SecurityCodeLength = "3" | "4";
export const SECURITY_CODE_LENGTHS: readonly SecurityCodeLength[] = ["3", "4"];

/** A captured field, with what the function needs to check it. */
export type Field =
  | { kind: "cardNumber"; name: "cardNumber"; max: number; allowedBrands: readonly Brand[] }
  /** MMYY */
  | { kind: "expiryDate"; name: "expiryDate" }
  | { kind: "securityCode"; name: "securityCode" }
  | { kind: "postalCode"; name: "postalCode"; min: number; max: number }
  | { kind: "digits"; name: string; min: number; max: number; check?: CheckDigitRule };

/** A field's name is also the name of its flow attribute and of the function's parameter. */
export const FIELD_NAME = /^[a-z][A-Za-z0-9]{0,23}$/;
