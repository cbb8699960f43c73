import { testEntries } from "../fields/test-entries";
import { capturedFields } from "./capture-flow-props";
import type { Settings } from "./settings";

/** The keys of a caller who is accepted, one word a prompt: the first language, where there is a choice, and all fields. */
export function testKeys(settings: Settings): string {
  const entries = testEntries(capturedFields(settings).map(({ field }) => field));
  return [...(settings.languages.length > 1 ? ["1"] : []), ...entries.map((digits) => `${digits}#`)].join(" ");
}
