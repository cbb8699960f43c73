import { createHash } from "node:crypto";
import type { Field } from "../../contract/field";
import type { Accepted, CardSummary, Declined, Rejected } from "../../contract/response";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { checkField } from "./check-field";
import type { Inputs } from "./inputs";
import type { PaymentConnector } from "./payment/connector";
import { accept } from "./response";

export interface SubmitContext {
  fields: readonly Field[];
  timeZone: string;
  payment: PaymentConnector;
  contactId: string;
  /** when the function has to have its answer, in milliseconds since 1970 */
  deadline: number;
}

/**
 * All fields together: each is checked again, since nothing says that what arrives here was checked before. Then the
 * card goes to the payment connector.
 */
export async function submit(inputs: Inputs, context: SubmitContext): Promise<Accepted | Declined | Rejected> {
  const { fields, timeZone, payment, contactId, deadline } = context;
  const entries = await Promise.all(fields.map(async (field) => ({ field, input: await inputs.typed(field.name) })));
  const cardNumber = entries.find(({ field }) => field.kind === "cardNumber")?.input;
  let summary: Partial<CardSummary> = {};
  for (const { field, input } of entries) {
    const answer = checkField(field, input, { timeZone, cardNumber });
    if (answer.outcome !== "accepted") return { ...answer, field: field.name };
    if (answer.brand && answer.lastFour) summary = { brand: answer.brand, lastFour: answer.lastFour };
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
 * Connect calls again with the same ciphertexts, and no two inputs have the same, not even of the same digits: so it is
 * the same for every retry of one attempt, and another one for the caller's next.
 */
function idempotencyKey(contactId: string, inputs: Inputs, fields: readonly Field[]): string {
  const parts = [contactId, ...fields.map(({ name }) => inputs.encrypted[name])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
