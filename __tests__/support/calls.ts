import type { CallEvent } from "../../simulator/call-events";
import { Deployment } from "../../simulator/deployment";
import type { EmbeddedMetrics } from "../../simulator/embedded-metrics";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";

export interface PlayedCall {
  outcome: string;
  events: CallEvent[];
  /** what the caller heard, in order */
  prompts: string[];
  /** the function's log entries */
  logs: Record<string, unknown>[];
  metrics: EmbeddedMetrics[];
  notes: string[];
}

export interface PlayOptions {
  /** values of Terraform variables */
  variables?: Record<string, string>;
  /** 1 for tests of time limits; by default so large that no test depends on the speed of the machine */
  timeLimitFactor?: number;
}

/** Stacks stay deployed until the test file ends: a new process for each call would take most of the time. */
const deployments = new Map<string, Promise<Deployment>>();
afterAll(async () => {
  for (const deployment of deployments.values()) await (await deployment).stop();
});

async function deploy(stackDir: string, { variables, timeLimitFactor = 20 }: PlayOptions): Promise<Deployment> {
  const deployment = new Deployment({ timeLimitFactor });
  await deployment.deploy(stackDir, variables);
  return deployment;
}

/** Plays a scripted call to a synthesized stack. */
export async function play(stackDir: string, keys: string, options: PlayOptions = {}): Promise<PlayedCall> {
  const events: CallEvent[] = [];
  const id = JSON.stringify([stackDir, options]);
  const deployment = deployments.get(id) ?? deploy(stackDir, options);
  deployments.set(id, deployment);
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
