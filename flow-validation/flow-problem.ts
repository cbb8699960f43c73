/** One thing that is wrong with a flow, and what to write instead. */
export interface FlowProblem {
  /** identifier of the step; none for what concerns the whole flow */
  step?: string;
  /** what the flow designer shows in its place */
  friendlyName?: string;
  /** within the step, or within the flow: `Parameters.InputEncryption.Key`, `StartAction` */
  path: string;
  /** stable name of the broken rule */
  rule: string;
  /** what is wrong, without any value of the flow that could be a secret */
  problem: string;
  instead: string;
}

/** A problem of which it is clear whose it is. */
export type Finding = Omit<FlowProblem, "step" | "friendlyName">;

export const finding = (rule: string, path: string, problem: string, instead: string): Finding => ({
  path,
  rule,
  problem,
  instead,
});

/** The path of all there is. */
const WHOLE = "$";

/** `step "welcome": Parameters.Text: is empty; instead write a text` */
export function describeProblem({ step, friendlyName, path, problem, instead }: FlowProblem): string {
  const whose = step === undefined ? "" : `step "${step}"${friendlyName ? ` ("${friendlyName}")` : ""}: `;
  const where = path === WHOLE ? "" : `${path}: `;
  return `${whose}${where}${problem}; instead ${instead}`;
}

const LONGEST_NAME = 60;
const LONGEST_PATH = 200;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A name of the flow, fit to be printed: anything may stand where a name should, a card number too. */
export function shown(name: string, longest = LONGEST_NAME): string {
  const short = name.length > longest ? `${name.slice(0, longest)}…` : name;
  const printable = short.replace(/\p{Cc}/gu, "�");
  return UUID.test(printable) ? printable : printable.replace(/\d(?:[ .-]?\d){6,}/g, (run) => run.replace(/\d/g, "•"));
}

export const shownPath = (path: string): string => shown(path, LONGEST_PATH);
