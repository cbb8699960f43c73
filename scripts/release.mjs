// npm run release -- VERSION: moves the changelog's [Unreleased] section to the version, commits and tags it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const CHANGELOG = "CHANGELOG.md";
const UNRELEASED = "## [Unreleased]\n";

/**
 * @param {string} changelog
 * @param {string} version
 * @param {string} date YYYY-MM-DD
 * @returns {{ changelog: string, notes: string }} the new changelog, and the version's section
 */
export function releaseChangelog(changelog, version, date) {
  const [before, after, more] = changelog.split(UNRELEASED);
  if (before === undefined || after === undefined || more !== undefined) {
    throw new Error(`${CHANGELOG} must have exactly one line "${UNRELEASED.trim()}".`);
  }
  const next = after.search(/^## /m);
  const notes = (next < 0 ? after : after.slice(0, next)).trim();
  if (!/^- /m.test(notes)) throw new Error(`${CHANGELOG} lists nothing under ${UNRELEASED.trim()}: add what is new.`);
  return { changelog: `${before}${UNRELEASED}\n## [${version}] - ${date}\n${after}`, notes };
}

/** @type {(command: string, ...args: string[]) => string} */
const run = (command, ...args) => execFileSync(command, args, { encoding: "utf8" }).trim();

/** @param {string | undefined} version */
function release(version) {
  if (!version || !/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) {
    throw new Error("Name the version: npm run release -- 1.2.3");
  }
  const { version: current } = JSON.parse(readFileSync("package.json", "utf8"));
  if (current.localeCompare(version, "en", { numeric: true }) > 0) {
    throw new Error(`${version} is older than ${current}, the version in package.json: name a newer one.`);
  }
  const tag = `v${version}`;
  if (run("git", "status", "--porcelain") !== "") throw new Error("The working tree has changes: commit them first.");
  if (run("git", "tag", "--list", tag) !== "") throw new Error(`The tag ${tag} exists already: name a newer version.`);
  const today = new Date().toISOString().slice(0, 10);
  const { changelog, notes } = releaseChangelog(readFileSync(CHANGELOG, "utf8"), version, today);

  run("npm", "version", version, "--no-git-tag-version", "--allow-same-version");
  writeFileSync(CHANGELOG, changelog);
  run("git", "commit", "--quiet", "--all", "--message", `chore: release ${version}`);
  run("git", "tag", "--annotate", tag, "--message", `Version ${version}`);
  console.log(notes);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    release(process.argv[2]);
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exitCode = 1;
  }
}
