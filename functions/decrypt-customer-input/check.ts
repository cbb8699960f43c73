import type { Field } from "../../contract/field";
import type { Accepted, Rejected } from "../../contract/response";
import { checkField } from "./check-field";
import { DecryptCustomerInputError } from "./errors";
import type { Inputs } from "./inputs";

export interface CheckContext {
  /** as the flow defines them, or else the function's environment */
  fields: readonly Field[];
  /** IANA name of the time zone in which cards expire */
  timeZone: string;
  now: Date;
}

/** Decrypts and checks one field. The check of a security code also needs the card number. */
export async function check(
  name: string,
  inputs: Inputs,
  { fields, timeZone, now }: CheckContext,
): Promise<Accepted | Rejected> {
  const field = fields.find((candidate) => candidate.name === name);
  if (!field) throw new DecryptCustomerInputError("invalid-event", "no definition of the event's field");
  const [input, cardNumber] = await Promise.all([
    inputs.decryptField(field.name),
    field.kind === "securityCode" ? inputs.decryptField("cardNumber") : undefined,
  ]);
  return { ...checkField(field, input, { timeZone, now, cardNumber }), field: field.name };
}
