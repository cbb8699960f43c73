import type { ValueChange } from "./flow-changes";
import { jsonLine } from "./json-line";
import type { ChangeSummary } from "./summary";

export const KINDS = {
  key: "could lose a key",
  calls: "could drop calls in progress",
  access: "opens access",
  encryption: "switches encryption off",
  cards: "sends cards elsewhere",
} as const;

export const ACTIONS = { create: "create", update: "change", replace: "REPLACE", destroy: "DESTROY" } as const;

/** What is behind a change, one fact a line: `quote` sets what comes from the plan apart. */
export function detailsOf({ steps, statements, values }: ChangeSummary, quote: (text: string) => string): string[] {
  const arrow = (what: string, before?: string, after?: string) => {
    if (before === undefined) return `${what}: ${quote(after ?? "")}`;
    return after === undefined ? `${what}: ${quote(before)} is gone` : `${what}: ${quote(before)} → ${quote(after)}`;
  };
  return [
    ...statements.flatMap(({ kind, statement, before, after }) => [
      `statement ${quote(statement)} ${kind}`,
      ...(before === undefined ? [] : [`− ${quote(jsonLine(before))}`]),
      ...(after === undefined ? [] : [`+ ${quote(jsonLine(after))}`]),
    ]),
    ...steps.flatMap(({ step, kind, changes }) => [
      `step ${quote(step)} ${kind}`,
      ...(kind === "removed" ? [] : changes).map(({ what, before, after }) =>
        what === "prompt"
          ? arrow(`the flow's prompt for ${quote(step)}`, before, after)
          : arrow(quote(what), before, after),
      ),
    ]),
    ...(values.some(isOfDashboard) ? ["the dashboard's body changes"] : []),
    ...values
      .filter((value) => !isOfDashboard(value))
      .map(({ what, before, after }) => arrow(quote(what), before, after)),
  ];
}

/** A widget more, and all after it have other numbers: too much to read. */
const isOfDashboard = ({ what }: ValueChange): boolean => what.startsWith("dashboard_body.");
