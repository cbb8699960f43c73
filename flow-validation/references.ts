import { referencesInText } from "../flows/references";
import { leaves } from "./json";
import { memoize } from "./memoize";
import type { FlowStep } from "./read-flow";

/** A reference to a value that Connect inserts during a call, such as `$.External.outcome`. */
export interface ValueReference {
  /** path of the parameter that contains the reference */
  path: string;
  /** as {@link referencesInText} returns them */
  names: string[];
}

/** Every reference within a value. A reference that occurs twice in one string counts once. */
export const referencesIn = (value: unknown, path = "Parameters"): ValueReference[] =>
  leaves(value, path).flatMap(([where, text]) =>
    typeof text === "string" ? referencesInText(text).map((names) => ({ path: where, names })) : [],
  );

/** The references in a step's parameters. */
export const referencesOf: (step: FlowStep) => ValueReference[] = memoize(({ parameters }) => referencesIn(parameters));
