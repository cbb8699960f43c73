import { type Finding, finding } from "./flow-problem";
import { isFilledInLater, textAt } from "./json";
import type { FlowStep } from "./read-flow";

/** The value is known only in a call, or only when Terraform applies. */
export const isReference = (text: string) => text.startsWith("$.") || text.startsWith("$[") || isFilledInLater(text);

export function inRange(
  { parameters }: FlowStep,
  path: string,
  least: number,
  most: number,
  rule = "out-of-range",
): Finding[] {
  const value = textAt(parameters, path);
  if (!value || isReference(value)) return [];
  const fits = /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
  const range = `a whole number from ${least} to ${most}`;
  return fits ? [] : [finding(rule, `Parameters.${path}`, `is not ${range}`, `write "${least}" to "${most}"`)];
}

/** Of 1 or more: how much more Connect takes is nowhere said, and exports go beyond 20. */
export function wholeNumber({ parameters }: FlowStep, path: string): Finding[] {
  const value = textAt(parameters, path);
  return !value || isReference(value) || /^[1-9]\d*$/.test(value)
    ? []
    : [finding("out-of-range", `Parameters.${path}`, "is not a whole number", 'write one, such as "16"')];
}

export function oneOf({ parameters }: FlowStep, path: string, values: string[]): Finding[] {
  const value = textAt(parameters, path);
  const allowed = values.map((name) => name.toLowerCase());
  return !value || isFilledInLater(value) || allowed.includes(value.toLowerCase())
    ? []
    : [finding("unknown-value", `Parameters.${path}`, "has a value that is not known", `write ${values.join(" or ")}`)];
}
