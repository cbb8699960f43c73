import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIR, readJson, runCommand, temporaryFolder } from "../support/project";

// Runs the real script in a separate repository.
const cwd = temporaryFolder();
const git = (...args: string[]) => runCommand("git", args, { cwd, env: IDENTITY }).stdout.trim();
const release = (...args: string[]) =>
  runCommand(process.execPath, [join(PROJECT_DIR, "scripts/release.mjs"), ...args], { cwd, env: IDENTITY });
const IDENTITY = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "Test"],
    [`GIT_${who}_EMAIL`, "test@example.com"],
  ]),
);
const changelog = (unreleased: string) =>
  writeFileSync(
    join(cwd, "CHANGELOG.md"),
    `# Changelog\n\n## [Unreleased]\n${unreleased}\n## [0.1.0] - 2026-01-01\n\n- First.\n`,
  );

beforeAll(() => {
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(PROJECT_DIR, file), join(cwd, file));
  changelog("\n### Added\n\n- A thing.\n");
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "all");
});

it("updates version and changelog, commits, tags, and prints what is new", () => {
  const { code, stdout, stderr } = release("1.2.0");
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "### Added\n\n- A thing.\n", stderr: "" });
  expect(readFileSync(join(cwd, "CHANGELOG.md"), "utf8")).toMatch(
    /^# Changelog\n\n## \[Unreleased\]\n\n## \[1\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- A thing\.\n\n## \[0\.1\.0\]/,
  );
  expect(readJson(join(cwd, "package.json")).version).toBe("1.2.0");
  const lock = readJson(join(cwd, "package-lock.json"));
  expect([lock.version, lock.packages[""].version]).toEqual(["1.2.0", "1.2.0"]);
  expect(git("log", "-1", "--format=%s %D")).toMatch(/^chore: release 1\.2\.0 .*tag: v1\.2\.0/);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("diff", "HEAD~1", "--stat", "--", "package-lock.json")).toContain("2 insertions(+), 2 deletions(-)");
});

it.each([
  [[], "Name the version: npm run release -- 1.2.3"],
  [["v1.3.0"], "Name the version: npm run release -- 1.2.3"],
  [["1.1.9"], "1.1.9 is older than 1.2.0, the version in package.json: name a newer one."],
  [["1.2.0"], "The tag v1.2.0 exists already: name a newer version."],
  [["1.10.0"], "CHANGELOG.md lists nothing under ## [Unreleased]: add what is new."],
])("rejects %j in one sentence, and changes nothing", (args, sentence) => {
  expect(release(...args)).toEqual({ code: 1, stdout: "", stderr: `${sentence}\n` });
  expect(git("status", "--porcelain")).toBe("");
});

it("rejects a release of uncommitted changes", () => {
  changelog("\n- Another thing.\n");
  expect(release("1.3.0").stderr).toBe("The working tree has changes: commit them first.\n");
  expect(git("tag", "--list")).toBe("v1.2.0");
});
