import type { JsonObject } from "../json";
import type { Flow, FlowStep } from "../read-flow";

/** A place that breaks a rule. */
export interface Finding {
  /** path within the step, or within the flow for a rule that checks the whole flow; `$` is the whole flow */
  path: string;
  /** what is wrong with the value at the path: `is missing`. It must not contain a value that could be secret. */
  problem: string;
  /** what to do instead: `add it` */
  instead: string;
}

/** Checks JSON before it is read as a flow; `undefined` stands for JSON that is no object or is nested too deeply. */
export type DocumentRule = (content: JsonObject | undefined) => Finding[];

/** Checks the flow as a whole. */
export type FlowRule = (flow: Flow) => Finding[];

/** Checks one step of a flow. Certificates expire: `now` is the time to check for. */
export type StepRule = (step: FlowStep, flow: Flow, now: Date) => Finding[];
