import type { CheckName } from "./checks";

/** What can be wrong with an entry, in the words that prompts are chosen by. */
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

/** Card brands, by the name a configuration and an answer have for them. */
export const BRANDS = ["visa", "mastercard", "amex", "discover", "jcb", "diners", "maestro", "unionpay"] as const;
export type Brand = (typeof BRANDS)[number];

/** How many digits a security code has: four with American Express, three with all others. */
export type SecurityCodeLength = "3" | "4";
export const SECURITY_CODE_LENGTHS: readonly SecurityCodeLength[] = ["3", "4"];

/** One thing that a caller is asked for, as the function has to know it to check an entry. */
export type Field =
  | { kind: "cardNumber"; name: "cardNumber"; max: number; allowedBrands: readonly Brand[] }
  /** MMYY */
  | { kind: "expiryDate"; name: "expiryDate" }
  | { kind: "securityCode"; name: "securityCode" }
  | { kind: "postalCode"; name: "postalCode"; min: number; max: number }
  | { kind: "digits"; name: string; min: number; max: number; check?: CheckName };

/** A field's name is the name of its flow attribute and of the function's parameter. */
export const FIELD_NAME = /^[a-z][A-Za-z0-9]{0,23}$/;
