import pc from "picocolors";
import { visibleText } from "../plan-review/safe-output";
import type { ChangeSummary, PlanSummary } from "../plan-review/summary";
import { ACTION_WORDS, DANGER_WORDS, detailsOf, headline, NOT_UNDERSTOOD, outputLine } from "../plan-review/wording";
import { wrapped } from "./wrap";

const COLOR_OF = {
  create: pc.green,
  update: pc.yellow,
  replace: pc.red,
  destroy: pc.red,
  forget: pc.red,
  import: pc.yellow,
  move: pc.yellow,
  read: pc.yellow,
  other: pc.red,
};

/** A plan for a terminal, line by line. */
export function planText(summary: PlanSummary, columns?: number): string[] {
  const lines = (label: string, text: string, indent: number, color = (line: string) => line) =>
    wrapped(label, visibleText(text), indent, columns).map(color);
  const change = (each: ChangeSummary, action: string): string[] => [
    ...lines("", `${action} ${each.name}${each.access ? " (IAM or KMS)" : ""}`, 2, COLOR_OF[each.action]),
    ...detailsOf(each, (text) => text).flatMap((line) => lines("    ", line, 6)),
  ];
  return [
    ...lines("", headline(summary), 0, pc.bold),
    ...summary.dangers.flatMap(({ kind, text }) => lines("! ", `${DANGER_WORDS[kind]}: ${text}`, 2, pc.red)),
    ...summary.notUnderstood.flatMap((text) => lines("? ", `${NOT_UNDERSTOOD}: ${text}`, 2, pc.yellow)),
    ...summary.changes.flatMap((each) => change(each, ACTION_WORDS[each.action])),
    ...summary.outputs.flatMap((output) =>
      lines(
        "",
        outputLine(output, (text) => text),
        2,
      ),
    ),
    ...summary.drift.flatMap((each) => change(each, `outside Terraform: ${ACTION_WORDS[each.action]}`)),
  ];
}
