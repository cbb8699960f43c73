import * as z from "zod/mini";
import { BLOG_POST_PARAMETER, type OperationParameters } from "../../contract/operations";
import { OUTCOMES, type Outcome } from "../../contract/outcomes";
import { KEY_ID } from "../../encryption/connect-format";
import { DecryptCustomerInputError } from "./errors";

// Connect sends much more, and may add to it: only what is used is checked.
const ContactFlowEvent = z.object({
  Details: z.object({
    // a UUID; it is logged, so nothing else may stand in its place
    ContactData: z.object({ ContactId: z.string().check(z.regex(/^[\w-]{1,64}$/)) }),
    Parameters: z.record(z.string(), z.string()),
  }),
});

/** What the function is asked to do. An input is base64, or the plain text `Timeout` where the caller typed nothing. */
export type Request = { contactId: string; inputs: Readonly<Record<string, string>> } & {
  [Name in keyof Parsed]: { operation: Name } & Parsed[Name];
}[keyof Parsed];

/** Connect has replaced every reference by the time the function is invoked. */
type Parsed = Omit<OperationParameters, "report"> & { report: { outcome: Outcome } };

/** What the function needs of Connect's event; throws `invalid-event`, naming what is missing and no value. */
export function parseEvent(event: unknown): Request {
  const result = ContactFlowEvent.safeParse(event);
  if (!result.success) {
    // No deeper: a parameter's name is the event's own.
    const places = result.error.issues.map(({ path }) => path.slice(0, 2).join(".") || "the event");
    throw new DecryptCustomerInputError(
      "invalid-event",
      `the event lacks, or holds the wrong thing at: ${[...new Set(places)].join(", ")}`,
    );
  }
  const { operation, field, ...inputs } = result.data.Details.Parameters;
  const contactId = result.data.Details.ContactData.ContactId;
  const cardNumber = inputs[BLOG_POST_PARAMETER];
  if (operation === undefined && cardNumber !== undefined) {
    return { contactId, operation: "check", field: "cardNumber", inputs: { cardNumber } };
  }
  const { keyId } = inputs;
  if (operation === "prepare" && keyId !== undefined && KEY_ID.test(keyId)) {
    return { contactId, operation, keyId, inputs: {} };
  }
  if (operation === "check" && field !== undefined) return { contactId, operation, field, inputs };
  if (operation === "submit") return { contactId, operation, inputs };
  const outcome = OUTCOMES.find((known) => known === inputs.outcome);
  if (operation === "report" && outcome) return { contactId, operation, outcome, inputs: {} };
  throw new DecryptCustomerInputError(
    "invalid-event",
    `the event's Parameters have neither the operation "prepare" with a keyId, nor "check" with a field, nor "submit", nor "report" with an outcome, nor ${BLOG_POST_PARAMETER}`,
  );
}
