import type { Field } from "../../contract/field";
import type { Accepted, Rejected } from "../../contract/response";
import { checkField } from "./check-field";
import { DecryptCustomerInputError } from "./errors";
import type { Inputs } from "./inputs";

/** One field, as soon as it was typed. A security code is checked by the card number that came before it. */
export async function check(
  name: string,
  inputs: Inputs,
  { fields, timeZone }: { fields: readonly Field[]; timeZone: string },
): Promise<Accepted | Rejected> {
  const field = fields.find((candidate) => candidate.name === name);
  if (!field) throw new DecryptCustomerInputError("invalid-event", "the event's field is none that is captured here");
  const [input, cardNumber] = await Promise.all([
    inputs.typed(field.name),
    field.kind === "securityCode" ? inputs.typed("cardNumber") : undefined,
  ]);
  return { ...checkField(field, input, { timeZone, cardNumber }), field: field.name };
}
