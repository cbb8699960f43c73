import type { EmbeddedMetrics } from "./embedded-metrics";

/** What happens in a call, in order, for a view to show. No event contains a digit that the caller entered. */
export type CallEvent =
  /** what the caller hears */
  | { type: "prompt"; text: string }
  /** how many digits the caller entered at a prompt; 0 for silence */
  | { type: "keys"; count: number }
  /** what Connect logs for a block if flow logging is enabled, which `logging` states */
  | { type: "flow-log"; entry: FlowLogEntry; logging: boolean }
  /** a line that the function, or Lambda about the function, logs: parsed if it is JSON */
  | { type: "function-log"; entry: unknown }
  /** the metrics that CloudWatch extracts from the function's log */
  | { type: "metrics"; entry: EmbeddedMetrics }
  /** an explanation for the user, which Connect does not give */
  | { type: "note"; text: string };

/** An entry in the format of Connect's flow logs. */
export type FlowLogEntry =
  | {
      ContactFlowModuleType: "StoreUserInput";
      ContactFlowId: string;
      Timestamp: string;
      ContactId: string;
      Results: string;
    }
  | {
      ContactFlowModuleType: "InvokeExternalResource";
      ContactId: string;
      Parameters: { FunctionArn: string; Parameters: Record<string, string>; TimeLimit: string };
      ContactFlowId: string;
      Timestamp: string;
      ExternalResults?: unknown;
      Results?: string;
    };

/** How a call ended: the flow's value of the contact attribute `cardOutcome`, or one of these. */
export type CallOutcome = "accepted" | "hung-up" | "disconnected" | "transferred" | "returned" | (string & {});

/** Ends a simulation: the stack, its flow or the caller's keys cannot be simulated. The message is one sentence. */
export class SimulatorError extends Error {
  override name = "SimulatorError";
}
