import { testInputs } from "../../contract/test-cards";
import type { Settings } from "../../settings/settings";
import { capturedFields } from "./capture-flow-props";

/** The keys of a caller who is accepted, one word a prompt: the first language, where there is a choice, and all fields. */
export function testKeys(settings: Settings): string {
  const entries = testInputs(capturedFields(settings).map(({ field }) => field));
  return [...(settings.languages.length > 1 ? ["1"] : []), ...entries.map((digits) => `${digits}#`)].join(" ");
}
