import type { FlowContent } from "../flows/language";
import { describeProblem, type FlowProblem } from "./flow-problem";
import { printable } from "./printable";
import { type FlowStep, flowContent, readableActions, readContent } from "./read-flow";
import { DOCUMENT_RULES, FLOW_RULES, LAST_STEP_RULES, type RuleName, STEP_RULES } from "./rules/index";
import type { Finding, StepRule } from "./rules/rule";

export { describeProblem, type FlowProblem } from "./flow-problem";

/** A flow that breaks rules. The message names every problem and its step. */
export class FlowError extends Error {
  override name = "FlowError";

  constructor(readonly problems: FlowProblem[]) {
    super(`The flow breaks rules: ${problems.map(describeProblem).join(". ")}.`);
  }
}

/** @throws {FlowError} if the flow has problems */
export function assertValidFlow(flow: FlowContent, now = new Date()): void {
  const problems = validateFlow(flow, now);
  if (problems.length > 0) throw new FlowError(problems);
}

/**
 * Finds everything for which Amazon Connect would reject a flow, and every risk to an encrypted input. The service
 * reports a rejected flow only as "Invalid flow", at the end of a deployment, and it publishes unsafe flows.
 *
 * @param json a flow or a module, exported or written by hand, or a response of `aws connect describe-contact-flow`;
 * any other JSON gives a problem
 * @param now the time at which certificates must be valid
 * @example
 * validateFlow(JSON.parse(content)).map(describeProblem)
 */
export function validateFlow(json: unknown, now = new Date()): FlowProblem[] {
  const content = flowContent(json);
  const documentProblems = entriesOf(DOCUMENT_RULES).flatMap(([name, rule]) => toProblems(name, rule(content)));
  const isTooLong = documentProblems.some(({ rule }) => rule === "too-long");
  // The other rules are fast only for a flow within the limits.
  if (!content || !readableActions(content) || isTooLong) return documentProblems;
  const flow = readContent(content);
  const checkSteps = (rules: [name: RuleName, rule: StepRule][]) =>
    flow.steps.flatMap((step) => rules.flatMap(([name, rule]) => toProblems(name, rule(step, flow, now), step)));
  return [
    ...documentProblems,
    ...entriesOf(FLOW_RULES).flatMap(([name, rule]) => toProblems(name, rule(flow))),
    ...checkSteps(entriesOf(STEP_RULES)),
    ...checkSteps(entriesOf(LAST_STEP_RULES)),
  ];
}

const entriesOf = <Rule>(rules: { [Name in RuleName]?: Rule }) =>
  Object.entries(rules) as [name: RuleName, rule: Rule][];

function toProblems(rule: RuleName, findings: Finding[], step?: FlowStep): FlowProblem[] {
  if (findings.length === 0) return [];
  if (!step) return findings.map(({ path, problem, instead }) => ({ path, rule, problem, instead }));
  const name = printable(step.name);
  const friendlyName = step.friendlyName && printable(step.friendlyName);
  return findings.map(({ path, problem, instead }) =>
    friendlyName
      ? { step: name, friendlyName, path, rule, problem, instead }
      : { step: name, path, rule, problem, instead },
  );
}
