import * as z from "zod/mini";
import type { Field } from "../../contract/field";
import { BLOG_POST_PARAMETER, FIELD_DEFINITIONS, type OperationParameters } from "../../contract/operations";
import { OUTCOMES, type Outcome } from "../../contract/outcomes";
import { KEY_ID } from "../../encryption/connect-format";
import { DecryptCustomerInputError } from "./errors";
import { parseFieldDefinitions } from "./fields";

// Connect sends more, and may add properties later: only the properties that the function uses are parsed.
const ContactFlowEvent = z.object({
  Details: z.object({
    // A UUID. The pattern matters because the id is logged.
    ContactData: z.object({ ContactId: z.string().check(z.regex(/^[\w-]{1,64}$/)) }),
    // A parameter that the function does not use can have any value. A flow's editor or a later Connect may add such ones.
    Parameters: z.record(z.string(), z.unknown()),
  }),
});

/** A parsed event. An input is base64, or the plain text `Timeout` if the caller entered nothing. */
export type Request = { contactId: string; inputs: Readonly<Record<string, string>> } & {
  [Name in keyof Parsed]: { operation: Name } & Parsed[Name];
}[keyof Parsed];

interface Parsed {
  prepare: OperationParameters["prepare"];
  check: { field: string } & DefinedFields;
  submit: DefinedFields;
  /** Connect replaces all references before it invokes the function. */
  report: { outcome: Outcome };
}

/** The fields that the flow defines, if it does. */
interface DefinedFields {
  fields?: readonly Field[];
}

/** Parses Connect's event. Throws `invalid-event`, which names what is missing but contains no value. */
export function parseEvent(event: unknown): Request {
  const result = ContactFlowEvent.safeParse(event);
  if (!result.success) {
    // Two levels only: the third is a parameter's name, which the sender of the event chooses.
    const places = result.error.issues.map(({ path }) => path.slice(0, 2).join(".") || "the event");
    throw new DecryptCustomerInputError(
      "invalid-event",
      `missing or invalid in the event: ${[...new Set(places)].join(", ")}`,
    );
  }
  const { operation, field, [FIELD_DEFINITIONS]: definitions, ...inputs } = textsIn(result.data.Details.Parameters);
  const contactId = result.data.Details.ContactData.ContactId;
  const cardNumber = inputs[BLOG_POST_PARAMETER];
  if (operation === undefined && cardNumber !== undefined) {
    return { contactId, operation: "check", field: "cardNumber", inputs: { cardNumber } };
  }
  const { keyId } = inputs;
  if (operation === "prepare" && keyId !== undefined && KEY_ID.test(keyId)) {
    return { contactId, operation, keyId, inputs: {} };
  }
  const defined = (): DefinedFields =>
    definitions === undefined ? {} : { fields: parseFieldDefinitions(definitions) };
  if (operation === "check" && field !== undefined) return { contactId, operation, field, inputs, ...defined() };
  if (operation === "submit") return { contactId, operation, inputs, ...defined() };
  const outcome = OUTCOMES.find((known) => known === inputs.outcome);
  if (operation === "report" && outcome) return { contactId, operation, outcome, inputs: {} };
  throw new DecryptCustomerInputError(
    "invalid-event",
    `the event's Parameters need the operation "prepare" with a keyId, "check" with a field, "submit", or "report" with an outcome, or the parameter ${BLOG_POST_PARAMETER}`,
  );
}

/** Only texts are used. All other values count as missing. */
const textsIn = (parameters: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
