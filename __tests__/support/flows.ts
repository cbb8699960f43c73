import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIR } from "./project";

// biome-ignore lint/suspicious/noExplicitAny: tests change flows in any way
export type AnyJson = any;

const FOLDER = join(PROJECT_DIR, "__tests__/fixtures/flows");

/** Flows in the format of the console's exports, written for these tests. */
export const EXPORTED = readdirSync(FOLDER)
  .map((file) => file.replace(".json", ""))
  .filter((name) => name !== "old-format");

export const exportedFile = (name: string): string => join(FOLDER, `${name}.json`);

export const exportedFlow = (name: string): AnyJson => JSON.parse(readFileSync(exportedFile(name), "utf8"));

/** A copy of a flow in which one step is changed. */
export function withStep(flow: AnyJson, name: string, change: (step: AnyJson) => void): AnyJson {
  const changed = structuredClone(flow);
  const step = changed.Actions.find(({ Identifier }: AnyJson) => Identifier === name);
  if (!step) throw new Error(`no step ${name}`);
  change(step);
  return changed;
}

/** Changes of one step, for {@link withStep}. */
export type StepChange = (step: AnyJson) => void;

/** Sets the value at a path such as `Parameters.Text`, or deletes it if the value is `undefined`. */
export const set =
  (path: string, value: unknown): StepChange =>
  (step) => {
    const names = path.split(".");
    const last = names.pop() as string;
    const holder = names.reduce((inner, name) => inner[name], step);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  };

export const parameter = (path: string, value: unknown): StepChange => set(`Parameters.${path}`, value);
export const next = (to: unknown): StepChange => set("Transitions.NextAction", to);
/** Leads the step's first error to another step. */
export const errorTo = (to: string): StepChange => set("Transitions.Errors.0.NextAction", to);

/** Replaces the step's errors. All lead to the step `Sorry`. */
export const errors =
  (...types: string[]): StepChange =>
  (step) => {
    step.Transitions.Errors = types.map((ErrorType) => ({ ErrorType, NextAction: "Sorry" }));
  };

/** Replaces the step's conditions. All lead to the step `Sorry`. */
export const conditions =
  (...operands: unknown[]): StepChange =>
  (step) => {
    step.Transitions.Conditions = operands.map((operand) => ({
      NextAction: "Sorry",
      Condition: { Operator: "Equals", Operands: [operand] },
    }));
  };
