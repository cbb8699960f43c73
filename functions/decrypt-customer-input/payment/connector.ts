import type { Brand } from "../../../contract/field";
import type { SensitiveDigits } from "../../../encryption/sensitive-digits";

/** What a caller typed, checked, on its way to whoever is to be paid. */
export interface Card {
  contactId: string;
  /** the same for every retry of one submit, another one for the next; never made from what was typed */
  idempotencyKey: string;
  /** absent where no card number is captured */
  brand?: Brand | undefined;
  /** by field name: `cardNumber`, `expiryDate` as MMYY, `securityCode`, … */
  fields: Readonly<Record<string, SensitiveDigits>>;
}

/** Letters, digits, dashes and underscores, up to 255; absent from a connector that asks nobody. */
export interface Accepted {
  token?: string;
}
export interface Declined {
  declined: true;
}

/** Where a card goes after its checks. A refusal is an answer; whatever keeps it from one throws, with a code. */
export interface PaymentConnector {
  /** @param deadline when the function has to have its answer, in milliseconds since 1970 */
  tokenize(card: Card, deadline: number): Promise<Accepted | Declined>;
}
