import type { FlowAction, FlowContent, ModuleSettings } from "./language";
import { layOut } from "./layout";
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
  /** of a module */
  settings?: ModuleSettings;
}): FlowContent {
  const actions = Object.entries<Step<string>>(flow.steps).map(
    ([Identifier, { type, parameters, transitions }]): FlowAction => ({
      Identifier,
      Type: type,
      Parameters: parameters,
      Transitions: transitions,
    }),
  );
  const { entryPoint, positions } = layOut(flow.start, actions);
  const content: FlowContent = {
    Version: "2019-10-30",
    StartAction: flow.start,
    Metadata: {
      entryPointPosition: entryPoint,
      ActionMetadata: Object.fromEntries(
        [...positions].map(([name, position]) => [name, { position, isFriendlyName: true as const }]),
      ),
    },
    Actions: actions,
    ...(flow.settings ? { Settings: flow.settings } : {}),
  };
  const problems = validateFlow(content);
  if (problems.length > 0) throw new FlowError(problems);
  return content;
}
