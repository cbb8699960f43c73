import { markdownCode, markdownText } from "./safe-output";
import type { ChangeSummary, PlanSummary } from "./summary";
import { ACTION_WORDS, DANGER_WORDS, detailsOf, headline, NOT_UNDERSTOOD, outputLine } from "./wording";

/** The workflow finds its earlier comment by this line. */
const MARKER = "<!-- secure-ivr plan -->";
/** GitHub accepts 65,536. */
const MAX_CHARACTERS = 60_000;

/** The comment for a pull request. A longer summary is truncated so that GitHub accepts it, and says so at its end. */
export function markdownOf(summary: PlanSummary): string {
  const { dangers, notUnderstood, changes, outputs, drift } = summary;
  const head = [
    MARKER,
    `**Plan:** ${markdownText(headline(summary))}`,
    ...alert(
      "CAUTION",
      dangers.map(({ kind, text }) => `**${DANGER_WORDS[kind]}**: ${markdownText(text)}`),
    ),
    ...alert(
      "WARNING",
      notUnderstood.map((text) => `**${NOT_UNDERSTOOD}**: ${markdownText(text)}`),
    ),
    "",
  ];
  const outputLines = outputs.map((output) => `- ${outputLine(output, markdownCode)}`);
  return truncated([
    ...head.map((line) => [line]),
    ...changes.map((change) => section(change, ACTION_WORDS[change.action])),
    ...(outputs.length > 0 ? [[...outputLines, ""]] : []),
    ...drift.map((change) => section(change, `outside Terraform: ${ACTION_WORDS[change.action]}`)),
  ]);
}

const alert = (kind: "CAUTION" | "WARNING", lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `> [!${kind}]`, ...lines.map((line) => `> - ${line}`)];

function section(change: ChangeSummary, action: string): string[] {
  const title = `${change.access ? "🔐 " : ""}<b>${action}</b> ${markdownText(change.name)}`;
  const details = [`at ${markdownCode(change.address)}`, ...detailsOf(change, markdownCode)];
  return ["<details>", `<summary>${title}</summary>`, "", ...details.map((line) => `- ${line}`), "", "</details>", ""];
}

function truncated(blocks: string[][]): string {
  const kept: string[] = [];
  let size = 0;
  for (const [index, block] of blocks.entries()) {
    const text = `${block.join("\n")}\n`;
    if (size + text.length > MAX_CHARACTERS) {
      return `${kept.join("")}\n**Truncated:** ${blocks.length - index} more parts did not fit. \`npm run ivr -- plan-summary\` shows all of them.\n`;
    }
    kept.push(text);
    size += text.length;
  }
  return kept.join("");
}
