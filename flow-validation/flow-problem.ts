import type { RuleName } from "./rules/index";

/** A place in a flow that breaks a rule. */
export interface FlowProblem {
  /** identifier of the step; absent if the problem concerns the whole flow */
  step?: string;
  /** name of the step in the flow designer */
  friendlyName?: string;
  /** path within the step or the flow: `Parameters.InputEncryption.Key`, `StartAction`; `$` is the whole flow */
  path: string;
  /** stable name of the rule */
  rule: RuleName;
  /** what is wrong with the value at the path: `is missing`. It never contains a value that could be secret. */
  problem: string;
  /** what to do instead: `add it` */
  instead: string;
}

/**
 * A problem in one line.
 *
 * @example
 * step "welcome": Parameters.Text is empty; write a text, or omit it
 */
export function describeProblem({
  step,
  friendlyName,
  path,
  problem,
  instead,
}: Pick<FlowProblem, "step" | "friendlyName" | "path" | "problem" | "instead">): string {
  const owner = step === undefined ? "" : `step "${step}"${friendlyName ? ` ("${friendlyName}")` : ""}: `;
  const subject = path === "$" ? "" : `${path} `;
  return `${owner}${subject}${problem}; ${instead}`;
}
