import type { ValueChange } from "./flow-changes";
import { jsonLine } from "./json";
import type { ChangeSummary, OutputSummary, PlanSummary } from "./summary";
import type { PlannedAction } from "./terraform-plan";

export const DANGER_WORDS = {
  key: "could lose a key",
  calls: "could drop calls in progress",
  access: "opens access",
  encryption: "switches encryption off",
  cards: "sends cards elsewhere",
  code: "runs other code",
  monitoring: "could hide a problem",
  check: "failed a check",
} as const;

export const NOT_UNDERSTOOD = "not understood";

export const ACTION_WORDS: Readonly<Record<PlannedAction, string>> = {
  create: "create",
  update: "change",
  replace: "REPLACE",
  destroy: "DESTROY",
  forget: "FORGET",
  import: "import",
  move: "move",
  read: "read",
  other: "other action on",
};

const COUNT_WORDS: Readonly<Record<PlannedAction, string>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  destroy: "destroyed",
  forget: "forgotten",
  import: "imported",
  move: "moved",
  read: "read",
  other: "with another action",
};

/** The summary in one sentence. It says that nothing dangerous was found only if the review understands the whole plan. */
export function headline({ counts, dangers, notUnderstood, changes, outputs, drift }: PlanSummary): string {
  const parts = [
    ...(Object.keys(COUNT_WORDS) as PlannedAction[])
      .filter((action) => counts[action] > 0)
      .map((action) => `${counts[action]} ${COUNT_WORDS[action]}`),
    ...(outputs.length > 0 ? [`${numberOf(outputs.length, "output")} changed`] : []),
    ...(drift.length > 0 ? [`${numberOf(drift.length, "resource")} changed outside Terraform`] : []),
  ];
  const isUnderstood = notUnderstood.length === 0;
  if (parts.length === 0 && isUnderstood && dangers.length === 0) {
    return "Nothing to do: the deployment matches the configuration.";
  }
  const access = changes.filter((change) => change.access).length;
  const unknown = `${numberOf(notUnderstood.length, "thing")} ${NOT_UNDERSTOOD}`;
  const found = dangers.length === 0 ? "no danger" : numberOf(dangers.length, "danger");
  return [
    parts.length === 0 ? "No change" : parts.join(", "),
    ...(changes.length > 0 ? [`${access === 0 ? "none" : access} of them IAM or KMS`] : []),
    isUnderstood ? `${dangers.length === 0 ? "nothing dangerous" : found} found.` : `${found} found, but ${unknown}.`,
  ].join("; ");
}

const numberOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** @param quote formats text that comes from the plan */
type Quote = (text: string) => string;

function arrow(quote: Quote, what: string, { before, after }: Omit<ValueChange, "what">): string {
  if (before === undefined) return `${what}: ${quote(after ?? "")}`;
  return after === undefined ? `${what}: ${quote(before)} is removed` : `${what}: ${quote(before)} → ${quote(after)}`;
}

/** The details of a change, one a line. */
export function detailsOf({ steps, statements, values }: ChangeSummary, quote: Quote): string[] {
  return [
    ...statements.flatMap(({ kind, statement, before, after }) => [
      `statement ${quote(statement)} ${kind}`,
      ...(before === undefined ? [] : [`− ${quote(statementLine(before))}`]),
      ...(after === undefined ? [] : [`+ ${quote(statementLine(after))}`]),
    ]),
    ...steps.flatMap(({ step, kind, changes }) => [
      `step ${quote(step)} ${kind}`,
      ...(kind === "removed" ? [] : changes).map((change) =>
        arrow(quote, change.what === "prompt" ? `the prompt of ${quote(step)}` : quote(change.what), change),
      ),
    ]),
    ...(values.some(isOfDashboard) ? ["the dashboard's body changes"] : []),
    ...values.filter((value) => !isOfDashboard(value)).map((value) => arrow(quote, quote(value.what), value)),
  ];
}

/** A changed output. */
export const outputLine = (output: OutputSummary, quote: Quote): string =>
  arrow(quote, `output ${quote(output.name)}`, output);

/** A longer statement is one that no policy of this project has. */
const MAX_STATEMENT_CHARACTERS = 4_000;

function statementLine(statement: object): string {
  const line = jsonLine(statement);
  return line.length > MAX_STATEMENT_CHARACTERS ? `${line.slice(0, MAX_STATEMENT_CHARACTERS)}…` : line;
}

/** One added widget renumbers all widgets after it, which would fill the output. */
const isOfDashboard = ({ what }: ValueChange): boolean => what.startsWith("dashboard_body.");
