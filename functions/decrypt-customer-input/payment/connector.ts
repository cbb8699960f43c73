import type { Brand } from "../../../contract/field";
import type { SensitiveDigits } from "../../../encryption/sensitive-digits";

/** A caller's inputs, after their checks, for a payment. */
export interface Card {
  contactId: string;
  /** the same for each retry of one submit, and a different one for the next submit; never derived from digits */
  idempotencyKey: string;
  /** undefined if no card number is captured */
  brand?: Brand | undefined;
  /** by field name: `cardNumber`, `expiryDate` as MMYY, `securityCode`, … */
  fields: Readonly<Record<string, SensitiveDigits>>;
}

/** A token has up to 255 letters, digits, dashes and underscores. It is missing if the connector calls no service. */
export type PaymentResult = { token?: string } | { declined: true };

/** Sends a card to a payment service. */
export interface PaymentConnector {
  /**
   * A card that the service declines is a result. Throws a DecryptCustomerInputError if there is no result.
   *
   * @param deadline when this method must have returned, in milliseconds since 1970
   */
  tokenize(card: Card, deadline: number): Promise<PaymentResult>;
}

/** Calls no service: the flow continues with the brand and the last four digits. */
export const noPayment: PaymentConnector = { tokenize: async () => ({}) };
