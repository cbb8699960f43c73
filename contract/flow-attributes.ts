/**
 * Flow attributes of the capture flow. They exist until the flow ends. Each captured field has one more attribute with
 * its own name, which holds the ciphertext.
 */
export const FLOW_ATTRIBUTES = {
  /** number of the current attempt at a field, beginning with 1 */
  attempt: "attempt",
  /** of the card: `visa`, … */
  brand: "brand",
  /** code of the caller's language */
  language: "language",
  /** of the card number */
  lastFour: "lastFour",
  /** how the call ended */
  outcome: "outcome",
  /** SSML that the next input step plays */
  prompt: "prompt",
} as const;

/** A flow's reference to a flow attribute. */
export const flowAttributeReference = <Name extends string>(name: Name): `$.FlowAttributes.${Name}` =>
  `$.FlowAttributes.${name}`;
