import type { Brand, Problem, SecurityCodeLength } from "./field";
import type { Outcome } from "./outcomes";

/**
 * What the function returns to Connect, which makes it available as `$.External`: a flat map of strings that hold only
 * letters, digits, dashes and underscores. `statusCode` is `200` for accepted input, as flows that follow AWS's blog post
 * expect.
 */
export type FunctionResponse = Prepared | Accepted | Declined | Rejected | Reported;

/** The private key is cached. */
export interface Prepared {
  statusCode: "200";
  outcome: "prepared";
}

export interface CardSummary {
  brand: Brand;
  lastFour: string;
}

/**
 * `field` is set by a check, `brand` and `lastFour` where a card number was checked, `token` where a payment connector
 * returned one.
 */
export type Accepted = {
  statusCode: "200";
  outcome: "accepted";
  field?: string;
  token?: string;
} & Partial<CardSummary>;

/** The payment connector declined the card. */
export type Declined = { statusCode: "402"; outcome: "declined" } & Partial<CardSummary>;

/** The caller entered something that cannot be accepted. */
export interface Rejected {
  statusCode: "422";
  outcome: Problem;
  field?: string;
  /** digits of a security code for the card's brand; only with `invalid-security-code` */
  length?: SecurityCodeLength;
}

/** The function recorded how the call ended. */
export interface Reported {
  statusCode: "200";
  outcome: Outcome;
}

type KeyOf<Response> = Response extends unknown ? keyof Response : never;

/** Every key that a response can have. */
export type ResponseKey = KeyOf<FunctionResponse>;

/** A flow's reference to a value of the last response. */
export const responseReference = <Key extends ResponseKey>(key: Key): `$.External.${Key}` => `$.External.${key}`;
