import type { CallEvent } from "../../simulator/call-events";
import { Deployment } from "../../simulator/deployment";
import type { EmbeddedMetrics } from "../../simulator/embedded-metrics";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { SynthesizedStack } from "../../simulator/synthesized-stack";

export interface PlayedCall {
  outcome: string;
  events: CallEvent[];
  /** what the caller heard, in order */
  prompts: string[];
  /** the function's own entries */
  logs: Record<string, unknown>[];
  metrics: EmbeddedMetrics[];
  notes: string[];
}

/** What a test file calls again stays deployed, as in AWS: a process of its own for each call would cost most of its time. */
const deployments = new Map<string, Promise<Deployment>>();
afterAll(async () => {
  for (const deployment of deployments.values()) await (await deployment).stop();
});

async function deploy(stackDir: string, variables: Record<string, string>): Promise<Deployment> {
  const deployment = new Deployment();
  await deployment.deploy(stackDir, variables);
  // Of a process that is there: on a busy machine one could take longer to start than the flow waits for its `prepare`.
  for (const { arn } of new SynthesizedStack(stackDir, variables).functions) await deployment.invoke(arn, {}, 8);
  return deployment;
}

/** Plays a scripted call to a synthesized stack. */
export async function play(
  stackDir: string,
  keys: string,
  variables: Record<string, string> = {},
): Promise<PlayedCall> {
  const events: CallEvent[] = [];
  const deployed = JSON.stringify([stackDir, variables]);
  const deployment = deployments.get(deployed) ?? deploy(stackDir, variables);
  deployments.set(deployed, deployment);
  const { outcome } = await (await deployment).call(new ScriptedKeypad(keys), (event) => events.push(event));
  return {
    outcome,
    events,
    prompts: events.flatMap((event) => (event.type === "prompt" ? [event.text] : [])),
    logs: events.flatMap((event) => (event.type === "function-log" ? [event.entry as Record<string, unknown>] : [])),
    metrics: events.flatMap((event) => (event.type === "metrics" ? [event.entry] : [])),
    notes: events.flatMap((event) => (event.type === "note" ? [event.text] : [])),
  };
}
