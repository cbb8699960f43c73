import type { FlowContent } from "../flows/language";
import { ruleFindings } from "./action-rules";
import { describeProblem, type Finding, type FlowProblem, finding, shown } from "./flow-problem";
import { byName, reachable } from "./graph";
import { type FlowStep, ownerOf, readFlow } from "./read-flow";
import { referenceFindings } from "./references";
import { sensitiveInputFindings } from "./sensitive-input";

export { describeProblem, type FlowProblem } from "./flow-problem";

/** A flow that Connect would reject, or that is not safe. The message names every problem and its step. */
export class FlowError extends Error {
  override name = "FlowError";

  constructor(readonly problems: FlowProblem[]) {
    super(`The flow breaks rules: ${problems.map(describeProblem).join(". ")}.`);
  }
}

/** Throws {@link FlowError} for a flow that has problems. */
export function assertValidFlow(flow: FlowContent): void {
  const problems = validateFlow(flow);
  if (problems.length > 0) throw new FlowError(problems);
}

/**
 * Every reason Connect would refuse a flow, and everything that puts an encrypted input at risk. The service itself
 * answers a refused flow with "Invalid flow" alone, at the end of a deployment, and publishes what is merely unsafe.
 * Takes any JSON: a flow or a module, exported or written by hand, or what `aws connect describe-contact-flow` answers.
 *
 * @example
 * validateFlow(JSON.parse(content)).map(describeProblem)
 */
export function validateFlow(json: unknown): FlowProblem[] {
  const { flow, problems } = readFlow(json);
  const steps = byName(flow);
  const reached = reachable(flow.start, steps);
  const startsSomewhere = flow.start !== undefined && steps.has(flow.start);

  const ofBranches = ({ branches }: FlowStep): Finding[] =>
    branches
      .filter(({ to }) => !steps.has(to))
      .map(({ path, to }) =>
        finding("unknown-step", path, `leads to "${shown(to)}", which is not a step`, "name one of the flow's steps"),
      );
  const ofReach = ({ name }: FlowStep): Finding[] =>
    reached.has(name) || !startsSomewhere
      ? []
      : [finding("unreachable", "Identifier", "no step leads to it", "lead a step to it, or leave it out")];
  const ofSteps = (...checks: ((step: FlowStep) => Finding[])[]) =>
    flow.steps.flatMap((step) =>
      checks.flatMap((check) => check(step)).map((found) => ({ ...ownerOf(step), ...found })),
    );
  return [
    ...problems,
    ...ofSteps(ofBranches, ruleFindings, referenceFindings(flow), sensitiveInputFindings(flow, steps)),
    // last: where one step leads elsewhere, all those after it are found, too
    ...ofSteps(ofReach),
  ];
}
