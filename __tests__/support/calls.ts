import { call } from "../../simulator/call";
import type { CallEvent } from "../../simulator/call-events";
import type { EmbeddedMetrics } from "../../simulator/embedded-metrics";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";

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

/** Plays a scripted call to a synthesized stack. */
export async function play(
  stackDir: string,
  keys: string,
  variables: Record<string, string> = {},
): Promise<PlayedCall> {
  const events: CallEvent[] = [];
  const { outcome } = await call({
    stackDir,
    variables,
    keypad: new ScriptedKeypad(keys),
    onEvent: (event) => events.push(event),
  });
  return {
    outcome,
    events,
    prompts: events.flatMap((event) => (event.type === "prompt" ? [event.text] : [])),
    logs: events.flatMap((event) => (event.type === "function-log" ? [event.entry as Record<string, unknown>] : [])),
    metrics: events.flatMap((event) => (event.type === "metrics" ? [event.entry] : [])),
    notes: events.flatMap((event) => (event.type === "note" ? [event.text] : [])),
  };
}
