import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { copyOfProject, ivr, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let project: string;
beforeAll(() => {
  project = copyOfProject(join(folder, "project"));
});

/** `ivr plan` with nothing in PATH but this program by the name of terraform. */
function planWith(program?: string) {
  const [bin, temporary] = [join(folder, "bin"), join(folder, "temporary")];
  for (const each of [bin, temporary]) mkdirSync(each, { recursive: true });
  if (program !== undefined) {
    writeFileSync(join(bin, "terraform"), `#!/bin/sh\n${program}\n`);
    chmodSync(join(bin, "terraform"), 0o755);
  }
  const result = ivr(["plan"], { cwd: project, env: { PATH: bin, TMPDIR: temporary } });
  return { ...result, left: readdirSync(temporary).filter((name) => name.startsWith("ivr-plan-")) };
}

it("says in a sentence that Terraform is missing, or too old", () => {
  expect(planWith()).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Terraform: .*cannot be run\./),
  });
  expect(planWith(`echo '{"terraform_version":"1.9.2"}'`)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "Terraform: 1.9.2 is older than 1.11.0. Install Terraform 1.11.0 or newer, and have it in PATH.\n",
  });
});

it("tells what Terraform says when it fails, and leaves no plan behind", () => {
  expect(ivr(["keys", "create", "--bits", "2048"], { cwd: project }).code).toBe(0);
  const failing =
    'case $1 in version) echo \'{"terraform_version":"1.11.4"}\' ;; *) echo "no such backend" >&2; exit 1 ;; esac';
  const { code, stdout, stderr, left } = planWith(failing);
  expect({ code, stdout, left }).toEqual({ code: 1, stdout: "", left: [] });
  expect(stderr).toMatch(/^Synthesized .*\nterraform init failed\. Terraform says:\nno such backend\n$/);
});

it.each([
  [["--out", "nowhere/x"], /^--out nowhere\/x cannot be written: there is no folder .*nowhere\.\n$/],
  [["--markdown", "nowhere/x"], /^--markdown nowhere\/x cannot be written: /],
  [["--out", "cli"], /^--out cli is a folder: name a file in it\.\n$/],
  [["--out", ""], /^--out "" names no file\.\n$/],
  [["--out", "x", "--markdown", "./x"], /^--out and --markdown name the same file: give each its own\.\n$/],
])("refuses %j before it plans", (args, sentence) => {
  const { code, stdout, stderr } = ivr(["plan", ...args], { cwd: project, env: { PATH: "" } });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(sentence);
  expect(readdirSync(project)).not.toContain("x");
});

it.each(["Synthesizing", "Planning"])("is interrupted by Ctrl-C while %s", async (doing) => {
  const [bin, temporary] = [join(folder, "slow"), join(folder, "interrupted")];
  for (const each of [bin, temporary]) mkdirSync(each, { recursive: true });
  // As Terraform does it: it ends by itself, and says that it failed.
  const slow = `#!${process.execPath}
    if (process.argv[2] === "version") console.log('{"terraform_version":"1.11.4"}');
    else {
      process.once("SIGINT", () => process.exit(1));
      setTimeout(() => {}, 20_000);
    }`;
  writeFileSync(join(bin, "terraform"), slow);
  chmodSync(join(bin, "terraform"), 0o755);
  // where there is CI there is no spinner
  const { CI, ...inherited } = process.env;
  const terminal = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", "plan"], {
    cwd: project,
    env: { ...inherited, PATH: bin, TMPDIR: temporary, TERM: "xterm" },
  });
  let screen = "";
  const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  terminal.onData((data) => {
    screen += data;
  });
  while (!screen.includes(doing)) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300));
  terminal.write("\x03");
  expect(await exited).toBe(130);
  expect(screen).not.toMatch(/failed|stopped/);
  expect(screen.lastIndexOf("\x1b[?25h")).toBeGreaterThan(screen.lastIndexOf("\x1b[?25l")); // the cursor is back
  expect(readdirSync(temporary).filter((name) => name.startsWith("ivr-plan-"))).toEqual([]);
});
