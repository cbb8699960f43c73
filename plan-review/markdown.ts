import { headline, type PlanSummary } from "./summary";
import { ACTIONS, detailsOf, KINDS } from "./words";

/** By which a workflow finds its comment again. */
const MARKER = "<!-- secure-ivr plan -->";
/** GitHub takes 65,536 characters. */
const MOST_CHARACTERS = 60_000;

/** The comment of a pull request, always short enough for GitHub; it says how much was left out. */
export function markdownOf(summary: PlanSummary): string {
  const { dangers, changes } = summary;
  const banner =
    dangers.length === 0
      ? []
      : ["", "> [!CAUTION]", ...dangers.map(({ kind, text }) => `> - **${KINDS[kind]}**: ${plain(text)}`)];
  const head = [MARKER, `**Plan:** ${plain(headline(summary))}`, ...banner, ""];
  const sections = changes.map((change) => {
    const title = `${change.access ? "🔐 " : ""}<b>${ACTIONS[change.action]}</b> ${plain(change.name)}`;
    const details = [`at ${code(change.address)}`, ...detailsOf(change, code)];
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
  return fitting([...head.map((line) => [line]), ...sections]);
}

function fitting(blocks: string[][]): string {
  const kept: string[] = [];
  let size = 0;
  for (const [index, block] of blocks.entries()) {
    const text = `${block.join("\n")}\n`;
    if (size + text.length > MOST_CHARACTERS) {
      return `${kept.join("")}\n**Cut here:** ${blocks.length - index} parts more did not fit. See the whole with \`npm run ivr -- plan-summary\`.\n`;
    }
    kept.push(text);
    size += text.length;
  }
  return kept.join("");
}

/** Markdown of the text's own is text, and nobody is mentioned. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()+!|<>~&]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[@#](?!\d+;)/g, "$&\u200b");

/** A code span ends at as many backticks as it began with, so that it begins with more than it holds. */
function code(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return line.trim() === "" ? "(empty)" : longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}
