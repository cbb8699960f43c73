import type { FlowAction, FlowContent, ModuleSettings } from "./language";
import { layOut } from "./layout";
import type { Step } from "./steps";

/**
 * Builds a flow's content from named steps. A step that leads to an unknown name is a compile error.
 *
 * @example
 * buildFlow({ start: "hello", steps: { hello: playPrompt({ Text: "Hello" }, { next: "bye" }), bye: disconnect() } })
 */
export function buildFlow<Name extends string>(flow: {
  start: NoInfer<Name>;
  steps: Record<Name, Step<NoInfer<Name>>>;
  /** only for a module */
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
  return {
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
}
