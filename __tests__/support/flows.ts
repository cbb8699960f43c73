import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIR } from "./project";

// biome-ignore lint/suspicious/noExplicitAny: whatever a test makes of a flow
export type AnyJson = any;

const FOLDER = join(PROJECT_DIR, "__tests__/fixtures/flows");

/** Flows in the form of the console's exports, none of them taken from anybody. */
export const EXPORTED = readdirSync(FOLDER)
  .map((file) => file.replace(".json", ""))
  .filter((name) => name !== "old-format");

export const exportedFile = (name: string): string => join(FOLDER, `${name}.json`);

export const exportedFlow = (name: string): AnyJson => JSON.parse(readFileSync(exportedFile(name), "utf8"));

/** A flow with one of its steps changed. */
export function withStep(flow: AnyJson, name: string, change: (step: AnyJson) => void): AnyJson {
  const changed = structuredClone(flow);
  const step = changed.Actions.find(({ Identifier }: AnyJson) => Identifier === name);
  if (!step) throw new Error(`no step ${name}`);
  change(step);
  return changed;
}
