import type { ResourceChange } from "../terraform-plan";
import { accessDangers } from "./access";
import { cardDangers } from "./cards";
import type { Danger } from "./danger";
import { encryptionDangers } from "./encryption";
import { keysInUse, removalDangers } from "./removals";

/** The dangers of all changes, each of them once. */
export function findDangers(changes: readonly ResourceChange[]): Danger[] {
  const used = keysInUse(changes);
  const found = changes.flatMap((change) => [
    ...removalDangers(change, used),
    ...accessDangers(change),
    ...encryptionDangers(change),
    ...cardDangers(change),
  ]);
  return [...new Map(found.map((danger) => [`${danger.kind} ${danger.text}`, danger])).values()];
}
