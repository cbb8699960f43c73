import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { copyOfProject, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const [bin, temporary] = [join(folder, "bin"), join(folder, "temporary")];
let project: string;
beforeAll(async () => {
  for (const each of [bin, temporary]) mkdirSync(each);
  project = copyOfProject(join(folder, "project"));
  writeKeyPair(join(project, "keys/primary"), await smallKeyPair());
});

it.each(["Synthesizing", "Planning"])(
  "ends after Ctrl-C while it is %s",
  async (doing) => {
    // Like Terraform, it ends by itself, and reports a failure.
    const slow = `#!${process.execPath}
    if (process.argv[2] === "version") console.log('{"terraform_version":"1.11.4"}');
    else {
      process.once("SIGINT", () => process.exit(1));
      setTimeout(() => {}, 20_000);
    }`;
    writeFileSync(join(bin, "terraform"), slow);
    chmodSync(join(bin, "terraform"), 0o755);
    // With the variable CI there would be no spinner.
    const { CI, ...inherited } = process.env;
    const terminal = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", "plan"], {
      cwd: project,
      env: { ...inherited, PATH: bin, TMPDIR: temporary, TERM: "xterm" },
    });
    let screen = "";
    const exited = new Promise<number | undefined>((resolve) => terminal.onExit(({ signal }) => resolve(signal)));
    terminal.onData((data) => {
      screen += data;
    });
    while (!screen.includes(doing)) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 300));
    terminal.write("\x03");
    expect(await exited).toBe(constants.signals.SIGINT);
    expect(screen).not.toMatch(/failed|stopped/);
    expect(screen.lastIndexOf("\x1b[?25h")).toBeGreaterThan(screen.lastIndexOf("\x1b[?25l")); // the cursor is visible
    expect(readdirSync(temporary).filter((name) => name.startsWith("ivr-plan-"))).toEqual([]);
  },
  60_000,
);
