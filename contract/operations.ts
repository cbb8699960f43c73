import type { Field } from "./field";
import type { Outcome } from "./outcomes";

/** A flow's reference to a value, such as `$.FlowAttributes.outcome`, which Connect replaces before it invokes the function. */
export type Reference = `$.${string}`;

/**
 * A flow passes the definitions of its fields in this parameter. A call continues in the flow in which it began, also after a
 * deployment changed the fields in the function's environment. The underscore keeps it apart from the names of fields.
 */
export const FIELD_DEFINITIONS = "field_definitions";

/** JSON of `Field[]`, see {@link fieldDefinitions}. Without it, the function uses the fields in its environment. */
type FieldDefinitions = { [FIELD_DEFINITIONS]?: string };

/** The parameters that each operation of the function needs. The encrypted inputs come beside them, by field name. */
export interface OperationParameters {
  /** fetches the private key before the first input arrives */
  prepare: { keyId: string };
  /** decrypts and checks one field, which must be one of the definitions */
  check: { field: string } & FieldDefinitions;
  /** decrypts and checks all defined fields, then hands them to the payment connector */
  submit: FieldDefinitions;
  /** records how a call ended that did not reach `submit` */
  report: { outcome: Outcome | Reference };
}

export type Operation = keyof OperationParameters;

export const OPERATIONS = ["prepare", "check", "submit", "report"] as const satisfies readonly Operation[];

/** The parameter {@link FIELD_DEFINITIONS} for these fields. */
export const fieldDefinitions = (fields: readonly Field[]): Required<FieldDefinitions> => ({
  [FIELD_DEFINITIONS]: JSON.stringify(fields),
});

/** Flows that follow AWS's blog post send a card number under this name, without an operation. */
export const BLOG_POST_PARAMETER = "EncryptedCreditCard";

/**
 * The parameters of one invocation, as the flow passes them to the function.
 *
 * @param inputs encrypted inputs in base64, or references to them, by field name
 * @example
 * invocationParameters("check", { field: "cardNumber" }, { cardNumber: "AYAD…" })
 */
export const invocationParameters = <Name extends Operation>(
  operation: Name,
  parameters: OperationParameters[Name],
  inputs: Readonly<Record<string, string>> = {},
): Record<string, string> => ({ operation, ...parameters, ...inputs });
