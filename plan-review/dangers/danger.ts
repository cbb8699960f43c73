/** A change that a reviewer must look at first. */
export interface Danger {
  /** what it may do: lose a key, drop calls in progress, open access, switch encryption off, send card data elsewhere */
  kind: "key" | "calls" | "access" | "encryption" | "cards";
  text: string;
}
