import type { Problem } from "../../contract/field";
import type { Accepted, CardSummary, Rejected } from "../../contract/response";

export const accept = (summary: Partial<CardSummary> = {}): Accepted => ({
  statusCode: "200",
  outcome: "accepted",
  ...summary,
});

export const reject = (outcome: Problem, details: Pick<Rejected, "length"> = {}): Rejected => ({
  statusCode: "422",
  outcome,
  ...details,
});
