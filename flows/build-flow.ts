import type { FlowAction, FlowContent, Position } from "./language";
import type { Step } from "./steps";
import { describeProblem, type FlowProblem, validateFlow } from "./validate-flow";

/** A flow that Connect would refuse, or that is not safe: all problems at once, each naming its step. */
export class FlowError extends Error {
  override name = "FlowError";

  constructor(readonly problems: FlowProblem[]) {
    super(`The flow breaks rules: ${problems.map(describeProblem).join(". ")}.`);
  }
}

/**
 * Makes a flow's content of named steps. A step that leads to a name that is none of them is a compile error.
 *
 * @example
 * buildFlow({ start: "welcome", steps: { welcome: playPrompt({ Text: "Hello" }, { next: "bye" }), bye: disconnect() } })
 */
export function buildFlow<Name extends string>(flow: {
  start: NoInfer<Name>;
  steps: Record<Name, Step<NoInfer<Name>>>;
}): FlowContent {
  const steps = Object.entries<Step<string>>(flow.steps);
  const content: FlowContent = {
    Version: "2019-10-30",
    StartAction: flow.start,
    Metadata: {
      entryPointPosition: { x: 40, y: 40 },
      ActionMetadata: Object.fromEntries(
        steps.map(([name], index) => [name, { position: positionOf(index), isFriendlyName: true as const }]),
      ),
    },
    Actions: steps.map(
      ([Identifier, { type, parameters, transitions }]): FlowAction => ({
        Identifier,
        Type: type,
        Parameters: parameters,
        Transitions: transitions,
      }),
    ),
  };
  const problems = validateFlow(content);
  if (problems.length > 0) throw new FlowError(problems);
  return content;
}

/** Rows of five, with room for the designer's blocks. */
const positionOf = (index: number): Position => ({ x: 200 + (index % 5) * 280, y: 40 + Math.floor(index / 5) * 260 });
