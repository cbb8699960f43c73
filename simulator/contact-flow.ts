import type { FlowAction, FlowContent } from "../flows/language";
import type { FlowEnvironment, TakenBranch } from "./actions/action";
import { SUPPORTED_ACTIONS } from "./actions/supported-actions";
import { type CallOutcome, SimulatorError } from "./call-events";

/** Stops a flow that never ends. */
const MAX_STEPS = 1000;

/**
 * Runs a flow like Amazon Connect, and returns how the call ended.
 *
 * @param content the flow in JSON; throws {@link SimulatorError} if it cannot be simulated
 */
export async function runContactFlow(content: string, environment: FlowEnvironment): Promise<CallOutcome> {
  const flow: FlowContent = JSON.parse(content);
  const actions = new Map(flow.Actions.map((action) => [action.Identifier, action]));
  const loopCounts = new Map<string, number>();
  let name = flow.StartAction;
  for (let step = 0; step < MAX_STEPS; step++) {
    const action = actions.get(name);
    if (!action) throw new SimulatorError(`The flow leads to "${name}", which is not one of its actions.`);
    const run = SUPPORTED_ACTIONS[action.Type];
    if (!run) {
      throw new SimulatorError(`The simulator does not support the action type ${action.Type} of the step "${name}".`);
    }
    environment.onStep?.(name);
    const branch = await run(action, { ...environment, loopCounts });
    if (branch !== "next" && "end" in branch) return branch.end;
    name = targetOf(action, branch);
  }
  throw new SimulatorError(
    `The flow took more than ${MAX_STEPS} steps and is at "${name}": it seems to run in an endless loop.`,
  );
}

function targetOf({ Identifier, Transitions }: FlowAction, branch: Exclude<TakenBranch, { end: CallOutcome }>): string {
  if (branch !== "next" && "goTo" in branch) return branch.goTo;
  const target =
    branch === "next"
      ? Transitions.NextAction
      : Transitions.Errors?.find(({ ErrorType }) => ErrorType === branch.error)?.NextAction;
  if (target) return target;
  throw new SimulatorError(
    `The step "${Identifier}" must take the branch ${branch === "next" ? "NextAction" : branch.error}, but does not have it.`,
  );
}
