/** How an attempt ended for the caller; a flow branches on it. */
export type Outcome = "accepted" | "invalid-number" | "no-input";

/**
 * What Connect gets as `$.External`: a flat map of strings, whose values hold only letters, digits and dashes.
 * `statusCode` is `200` for an accepted number, as flows made from AWS's walk-through expect, and `422` otherwise.
 */
export type Answer =
  | {
      statusCode: "200";
      outcome: "accepted";
      /** card-validator's type, such as `visa` or `american-express` */
      brand: string;
      lastFour: string;
    }
  | { statusCode: "422"; outcome: Exclude<Outcome, "accepted"> };

export const refuse = (outcome: Exclude<Outcome, "accepted">): Answer => ({ statusCode: "422", outcome });
