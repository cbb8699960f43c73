import { createHash } from "node:crypto";
import type { Field } from "../../contract/field";
import type { Accepted, CardSummary, Declined, Rejected } from "../../contract/response";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import type { CheckContext } from "./check";
import { checkField } from "./check-field";
import type { Inputs } from "./inputs";
import type { PaymentConnector } from "./payment/connector";
import { accept } from "./response";

export interface SubmitContext extends CheckContext {
  payment: PaymentConnector;
  contactId: string;
  /** when the payment must have ended, in milliseconds since 1970 */
  deadline: number;
}

/**
 * Decrypts all fields and sends the card to the payment connector. Each field is checked again, because nothing proves that
 * these inputs were checked before.
 */
export async function submit(inputs: Inputs, context: SubmitContext): Promise<Accepted | Declined | Rejected> {
  const { fields, timeZone, now, payment, contactId, deadline } = context;
  const entries = await Promise.all(
    fields.map(async (field) => ({ field, input: await inputs.decryptField(field.name) })),
  );
  const cardNumber = entries.find(({ field }) => field.kind === "cardNumber")?.input;
  let summary: Partial<CardSummary> = {};
  for (const { field, input } of entries) {
    const result = checkField(field, input, { timeZone, now, cardNumber });
    if (result.outcome !== "accepted") return { ...result, field: field.name };
    if (result.brand && result.lastFour) summary = { brand: result.brand, lastFour: result.lastFour };
  }
  const result = await payment.tokenize(
    {
      contactId,
      idempotencyKey: idempotencyKey(contactId, inputs, fields),
      brand: summary.brand,
      fields: Object.fromEntries(entries.map(({ field, input }): [string, SensitiveDigits] => [field.name, input])),
    },
    deadline,
  );
  if ("declined" in result) return { statusCode: "402", outcome: "declined", ...summary };
  return { ...accept(summary), ...(result.token === undefined ? {} : { token: result.token }) };
}

/**
 * A retry by Connect sends the same ciphertexts, and a new attempt of the caller has new ones, even for the same digits. So
 * a hash of the ciphertexts is the same for all retries of one attempt.
 */
function idempotencyKey(contactId: string, inputs: Inputs, fields: readonly Field[]): string {
  const parts = [contactId, ...fields.map(({ name }) => inputs.encrypted[name])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
