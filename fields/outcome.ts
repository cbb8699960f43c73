/** How a call can end; a flow leaves it in the contact attribute `cardOutcome`. */
export const OUTCOMES = ["accepted", "declined", "attempts-exhausted", "agent-requested", "unavailable"] as const;
export type Outcome = (typeof OUTCOMES)[number];
