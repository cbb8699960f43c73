import * as z from "zod/mini";
import { DecryptCustomerInputError } from "./errors";

// Connect sends much more, and may add to it: only what is used is checked.
const ContactFlowEvent = z.object({
  Details: z.object({
    ContactData: z.object({ ContactId: z.string().check(z.minLength(1)) }),
    // The name that flows made from AWS's walk-through use.
    Parameters: z.object({ EncryptedCreditCard: z.string() }),
  }),
});

export interface CustomerInput {
  contactId: string;
  /** base64 of the encrypted input, or the plain text `Timeout` where the caller typed nothing */
  encryptedInput: string;
}

/** What the function needs of Connect's event; throws `invalid-event`, naming what is missing and no value. */
export function parseEvent(event: unknown): CustomerInput {
  const result = ContactFlowEvent.safeParse(event);
  if (!result.success) {
    const places = result.error.issues.map(({ path }) => path.join(".") || "the event").join(", ");
    throw new DecryptCustomerInputError("invalid-event", `the event lacks, or holds no text at: ${places}`);
  }
  const { ContactData, Parameters } = result.data.Details;
  return { contactId: ContactData.ContactId, encryptedInput: Parameters.EncryptedCreditCard };
}
