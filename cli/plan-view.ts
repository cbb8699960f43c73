import pc from "picocolors";
import { headline, type PlanSummary } from "../plan-review/summary";
import { ACTIONS, detailsOf, KINDS } from "../plan-review/words";
import { wrapped } from "./wrap";

const COLOR_OF = { create: pc.green, update: pc.yellow, replace: pc.red, destroy: pc.red };

/** A plan for a person to read on a terminal, line by line. */
export function planText(summary: PlanSummary, columns?: number): string[] {
  // what the plan holds could hold a terminal's own sequences
  const lines = (label: string, text: string, indent: number, color = (line: string) => line) =>
    wrapped(label, text.replace(/\p{Cc}/gu, " "), indent, columns).map(color);
  return [
    ...lines("", headline(summary), 0, pc.bold),
    ...summary.dangers.flatMap(({ kind, text }) => lines("! ", `${KINDS[kind]}: ${text}`, 2, pc.red)),
    ...summary.changes.flatMap((change) => [
      ...lines(
        "",
        `${ACTIONS[change.action]} ${change.name}${change.access ? " (IAM or KMS)" : ""}`,
        2,
        COLOR_OF[change.action],
      ),
      ...detailsOf(change, (text) => text).flatMap((line) => lines("    ", line, 6)),
    ]),
  ];
}
