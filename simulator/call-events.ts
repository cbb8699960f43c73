import type { EmbeddedMetrics } from "./embedded-metrics";

/** What happens in a call, in order, as it is shown. Nothing in it holds a caller's digits. */
export type CallEvent =
  /** what the caller hears */
  | { type: "prompt"; text: string }
  /** how many digits the caller typed at a prompt, 0 for silence */
  | { type: "keys"; count: number }
  /** what Connect would log of a block while flow logging is on */
  | { type: "flow-log"; entry: FlowLogEntry; logging: boolean }
  /** what the function, or Lambda about it, logs */
  | { type: "function-log"; entry: unknown }
  /** what CloudWatch would make of the function's log */
  | { type: "metrics"; entry: EmbeddedMetrics }
  /** what a person should know and Connect would not say */
  | { type: "note"; text: string };

/** In the shape of Connect's flow logs. */
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

/** How a call ended: what the flow left in `cardOutcome`, or one of these. */
export type CallOutcome = "accepted" | "hung-up" | "disconnected" | "transferred" | "returned" | (string & {});
