import pc from "picocolors";
import { terminalText } from "../plan-review/safe-output";
import type { PlanSummary } from "../plan-review/summary";
import { ACTION_WORDS, DANGER_WORDS, detailsOf, headline } from "../plan-review/wording";
import { wrapped } from "./wrap";

const COLOR_OF = { create: pc.green, update: pc.yellow, replace: pc.red, destroy: pc.red };

/** A plan for a terminal, line by line. */
export function planText(summary: PlanSummary, columns?: number): string[] {
  const lines = (label: string, text: string, indent: number, color = (line: string) => line) =>
    wrapped(label, terminalText(text), indent, columns).map(color);
  return [
    ...lines("", headline(summary), 0, pc.bold),
    ...summary.dangers.flatMap(({ kind, text }) => lines("! ", `${DANGER_WORDS[kind]}: ${text}`, 2, pc.red)),
    ...summary.changes.flatMap((change) => [
      ...lines(
        "",
        `${ACTION_WORDS[change.action]} ${change.name}${change.access ? " (IAM or KMS)" : ""}`,
        2,
        COLOR_OF[change.action],
      ),
      ...detailsOf(change, (text) => text).flatMap((line) => lines("    ", line, 6)),
    ]),
  ];
}
