import { leaves } from "./json";
import { memoize } from "./memoize";
import type { FlowStep } from "./read-flow";

/** A reference to a value that Connect inserts during a call, such as `$.External.outcome`. */
export interface ValueReference {
  /** path of the parameter that contains the reference */
  path: string;
  /** `["External", "outcome"]` for `$.External.outcome` or `$['External']['outcome']` */
  names: string[];
}

const JSON_PATHS = /\$(?:\.?\[['"][^'"[\]]*['"]\]|\.[A-Za-z_][\w-]*)+/g;
const NAMES = /\[['"]([^'"[\]]*)['"]\]|\.([A-Za-z_][\w-]*)/g;

/** Every reference within a value. A reference that occurs twice in one string counts once. */
export function referencesIn(value: unknown, path = "Parameters"): ValueReference[] {
  return leaves(value, path).flatMap(([where, text]) =>
    typeof text !== "string"
      ? []
      : [...new Set(text.match(JSON_PATHS))].map((found) => ({
          path: where,
          names: [...found.matchAll(NAMES)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
        })),
  );
}

/** The references in a step's parameters. */
export const referencesOf: (step: FlowStep) => ValueReference[] = memoize(({ parameters }) => referencesIn(parameters));
