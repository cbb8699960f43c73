import type { Outcome } from "./outcomes";

/** A flow's reference to a value, such as `$.FlowAttributes.outcome`, which Connect replaces before it invokes the function. */
export type Reference = `$.${string}`;

/** The parameters that each operation of the function needs. The encrypted inputs come beside them, by field name. */
export interface OperationParameters {
  /** fetches the private key before the first input arrives */
  prepare: { keyId: string };
  /** decrypts and checks one field */
  check: { field: string };
  /** decrypts and checks all fields, then hands them to the payment connector */
  submit: Record<never, never>;
  /** records how a call ended that did not reach `submit` */
  report: { outcome: Outcome | Reference };
}

export type Operation = keyof OperationParameters;

export const OPERATIONS = ["prepare", "check", "submit", "report"] as const satisfies readonly Operation[];

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
