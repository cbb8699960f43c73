/** A change that a reviewer must look at first. */
export interface Danger {
  /**
   * what it may do: lose a key, drop calls in progress, open access, switch encryption off, send card data elsewhere, run
   * other code, hide a problem; or a check of Terraform's that failed
   */
  kind: "key" | "calls" | "access" | "encryption" | "cards" | "code" | "monitoring" | "check";
  text: string;
}

/**
 * What this review has to report about a change. `unknown`: it does not understand a part of the change. `later`: a value
 * that is known only after the apply, and that refers only to resources of this project.
 */
export interface PlanFinding extends Pick<Danger, "text"> {
  kind: Danger["kind"] | "unknown" | "later";
}

/** Findings of one kind with these texts. */
export const findings = (kind: PlanFinding["kind"], texts: readonly string[]): PlanFinding[] =>
  texts.map((text) => ({ kind, text }));
