import type { Field } from "../../fields/field";
import { type Accepted, accept, type CardSummary, type Declined, type Refused } from "./answer";
import { checkField } from "./check-field";
import type { Inputs } from "./inputs";

/** All fields together: each is checked again, since nothing says that what arrives here was checked before. */
export async function submit(
  inputs: Inputs,
  { fields, timeZone }: { fields: readonly Field[]; timeZone: string },
): Promise<Accepted | Declined | Refused> {
  const entries = await Promise.all(fields.map(async (field) => ({ field, input: await inputs.typed(field.name) })));
  const cardNumber = entries.find(({ field }) => field.kind === "cardNumber")?.input;
  let summary: Partial<CardSummary> = {};
  for (const { field, input } of entries) {
    const answer = checkField(field, input, { timeZone, cardNumber });
    if (answer.outcome !== "accepted") return { ...answer, field: field.name };
    if (answer.brand && answer.lastFour) summary = { brand: answer.brand, lastFour: answer.lastFour };
  }
  return accept(summary);
}
