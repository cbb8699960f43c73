import { markdownCode, markdownText } from "./safe-output";
import type { PlanSummary } from "./summary";
import { ACTION_WORDS, DANGER_WORDS, detailsOf, headline } from "./wording";

/** The workflow finds its earlier comment by this line. */
const MARKER = "<!-- secure-ivr plan -->";
/** GitHub accepts 65,536. */
const MAX_CHARACTERS = 60_000;

/** The comment for a pull request. A longer summary is truncated so that GitHub accepts it, and says so at its end. */
export function markdownOf(summary: PlanSummary): string {
  const { dangers, changes } = summary;
  const banner =
    dangers.length === 0
      ? []
      : [
          "",
          "> [!CAUTION]",
          ...dangers.map(({ kind, text }) => `> - **${DANGER_WORDS[kind]}**: ${markdownText(text)}`),
        ];
  const head = [MARKER, `**Plan:** ${markdownText(headline(summary))}`, ...banner, ""];
  const sections = changes.map((change) => {
    const title = `${change.access ? "🔐 " : ""}<b>${ACTION_WORDS[change.action]}</b> ${markdownText(change.name)}`;
    const details = [`at ${markdownCode(change.address)}`, ...detailsOf(change, markdownCode)];
    return [
      "<details>",
      `<summary>${title}</summary>`,
      "",
      ...details.map((line) => `- ${line}`),
      "",
      "</details>",
      "",
    ];
  });
  return truncated([...head.map((line) => [line]), ...sections]);
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
