import type { Brand, Problem, SecurityCodeLength } from "../../fields/field";
import type { Outcome } from "../../fields/outcome";

/**
 * What Connect gets as `$.External`: a flat map of strings, whose values hold only letters, digits, dashes and
 * underscores. `statusCode` is `200` for what was accepted, as flows made from AWS's walk-through expect.
 */
export type Answer = Prepared | Accepted | Declined | Refused | Reported;

/** The private key is there for what will be encrypted under it. */
export interface Prepared {
  statusCode: "200";
  outcome: "prepared";
}

export interface CardSummary {
  brand: Brand;
  lastFour: string;
}

/**
 * With the field that was checked, or of a submit none; with the card's summary where a card number was checked; with a
 * token where a payment connector gave one.
 */
export type Accepted = {
  statusCode: "200";
  outcome: "accepted";
  field?: string;
  token?: string;
} & Partial<CardSummary>;

/** The payment connector did not take the card. */
export type Declined = { statusCode: "402"; outcome: "declined" } & Partial<CardSummary>;

export interface Refused {
  statusCode: "422";
  /** what is wrong */
  outcome: Problem;
  /** of which field */
  field?: string;
  /** what the card's brand wants, of an `invalid-security-code` */
  length?: SecurityCodeLength;
}

/** How a call ended was taken down. */
export interface Reported {
  statusCode: "200";
  outcome: Outcome;
}

export const accept = (summary: Partial<CardSummary> = {}): Accepted => ({
  statusCode: "200",
  outcome: "accepted",
  ...summary,
});

export const refuse = (outcome: Problem, more: Pick<Refused, "length"> = {}): Refused => ({
  statusCode: "422",
  outcome,
  ...more,
});
