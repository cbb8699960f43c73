import { headline, type PlanSummary } from "./summary";
import { ACTIONS, detailsOf, KINDS } from "./words";

const COLUMNS = 80;

export interface Colors {
  red: (text: string) => string;
  yellow: (text: string) => string;
  green: (text: string) => string;
  bold: (text: string) => string;
}

/** For a terminal: lines of up to 80 columns. */
export function textOf(summary: PlanSummary, colors: Colors): string[] {
  const colorOf = { create: colors.green, update: colors.yellow, replace: colors.red, destroy: colors.red };
  return [
    ...wrapped(headline(summary), "").map(colors.bold),
    ...summary.dangers.flatMap(({ kind, text }) => wrapped(`! ${KINDS[kind]}: ${text}`, "  ").map(colors.red)),
    ...summary.changes.flatMap((change) => [
      ...wrapped(`${ACTIONS[change.action]} ${change.name}${change.access ? " (IAM or KMS)" : ""}`, "  ").map(
        colorOf[change.action],
      ),
      ...detailsOf(change, (text) => text).flatMap((line) => wrapped(`    ${line}`, "      ")),
    ]),
  ];
}

/** At words where there are some; control characters are the plan's own and not the terminal's. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let rest = text.replace(/[\p{Cc}]/gu, " ");
  while (rest.length > COLUMNS) {
    const space = rest.lastIndexOf(" ", COLUMNS);
    const end = space > indent.length + 4 ? space : COLUMNS;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
