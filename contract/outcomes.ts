/** How a call can end. The flow stores it in the contact attribute {@link CONTACT_ATTRIBUTES.outcome}. */
export const OUTCOMES = ["accepted", "declined", "attempts-exhausted", "agent-requested", "unavailable"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes of calls that failed although the caller wanted to complete them. */
export const FAILED_OUTCOMES = ["attempts-exhausted", "unavailable"] as const satisfies readonly Outcome[];

/** Contact attributes that remain on the contact record after the flow. */
export const CONTACT_ATTRIBUTES = { outcome: "cardOutcome", brand: "cardBrand", lastFour: "cardLastFour" } as const;
