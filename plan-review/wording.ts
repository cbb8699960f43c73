import type { ValueChange } from "./flow-changes";
import { jsonLine } from "./json";
import type { ChangeSummary, PlanSummary } from "./summary";
import type { PlannedAction } from "./terraform-plan";

export const DANGER_WORDS = {
  key: "could lose a key",
  calls: "could drop calls in progress",
  access: "opens access",
  encryption: "switches encryption off",
  cards: "sends cards elsewhere",
} as const;

export const ACTION_WORDS = { create: "create", update: "change", replace: "REPLACE", destroy: "DESTROY" } as const;

/** The summary in one sentence. */
export function headline({ counts, dangers, changes }: PlanSummary): string {
  if (changes.length === 0) return "Nothing to do: the deployment matches the configuration.";
  const words = { create: "created", update: "changed", replace: "replaced", destroy: "destroyed" };
  const parts = (Object.keys(words) as PlannedAction[])
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} ${words[action]}`);
  const access = changes.filter((change) => change.access).length;
  const found =
    dangers.length === 0 ? "nothing dangerous" : `${dangers.length} danger${dangers.length === 1 ? "" : "s"}`;
  return `${parts.join(", ")}; ${access === 0 ? "none" : access} of them IAM or KMS; ${found} found.`;
}

/**
 * The details of a change, one a line.
 *
 * @param quote formats text that comes from the plan
 */
export function detailsOf({ steps, statements, values }: ChangeSummary, quote: (text: string) => string): string[] {
  const arrow = (what: string, before?: string, after?: string) => {
    if (before === undefined) return `${what}: ${quote(after ?? "")}`;
    return after === undefined ? `${what}: ${quote(before)} is removed` : `${what}: ${quote(before)} → ${quote(after)}`;
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
        what === "prompt" ? arrow(`the prompt of ${quote(step)}`, before, after) : arrow(quote(what), before, after),
      ),
    ]),
    ...(values.some(isOfDashboard) ? ["the dashboard's body changes"] : []),
    ...values
      .filter((value) => !isOfDashboard(value))
      .map(({ what, before, after }) => arrow(quote(what), before, after)),
  ];
}

/** One added widget renumbers all widgets after it, which would fill the output. */
const isOfDashboard = ({ what }: ValueChange): boolean => what.startsWith("dashboard_body.");
