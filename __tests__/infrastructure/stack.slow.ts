import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { copyOfProject, filesBelow, PROJECT_DIR, readJson, runCommand, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

it("is the same when it is synthesized again, and in another folder with the real cdktf command", async () => {
  const pair = await smallKeyPair();
  const [here, there] = ["here", "somewhere/else"].map((name) => {
    const project = copyOfProject(join(folder, name));
    writeKeyPair(join(project, "keys", "primary"), pair);
    return project;
  }) as [string, string];
  const [command = "", ...args] = readJson(join(PROJECT_DIR, "cdktf.json")).app.split(" ");
  const runApp = () => expect(runCommand(command, args, { cwd: here })).toEqual({ code: 0, stdout: "", stderr: "" });

  runApp();
  const first = outputOf(here);
  expect(Object.keys(first)).toContain("stacks/secure-ivr-dev/cdk.tf.json");
  runApp();
  expect(changedFiles(first, outputOf(here))).toEqual([]);

  const { code, stdout } = runCommand("npx", ["cdktf", "synth"], { cwd: there, env: { CI: "1" } });
  expect(stdout).toContain("Generated Terraform code for the stacks: secure-ivr-dev");
  expect(code).toBe(0);
  expect(changedFiles(first, outputOf(there))).toEqual([]);
  for (const place of [folder, PROJECT_DIR, homedir()]) {
    expect(Object.keys(first).filter((name) => first[name]?.includes(place))).toEqual([]);
  }
});

const changedFiles = (before: Record<string, string>, after: Record<string, string>) =>
  Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);

/** The contents of the synthesized files, by name. */
function outputOf(project: string): Record<string, string> {
  const outdir = join(project, "cdktf.out");
  return Object.fromEntries(filesBelow(outdir).map((file) => [relative(outdir, file), readFileSync(file, "latin1")]));
}
