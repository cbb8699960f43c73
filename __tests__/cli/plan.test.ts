import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { digestOf } from "../../plan-review/digest";
import { runIvr } from "../support/cli";
import { smallKeyPair } from "../support/key-pairs";
import { planFile, readPlanFile } from "../support/plans";
import { copyOfProject, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const [bin, temporary] = [join(folder, "bin"), join(folder, "temporary")];
let project: string;
beforeAll(async () => {
  for (const each of [bin, temporary]) mkdirSync(each, { recursive: true });
  project = copyOfProject(join(folder, "project"));
  writeKeyPair(join(project, "keys/primary"), await smallKeyPair());
});

/** `ivr plan` with only this program in PATH, in place of Terraform. */
async function planWith(program: string | undefined, ...args: string[]) {
  if (program !== undefined) {
    writeFileSync(join(bin, "terraform"), `#!${process.execPath}\n${program}\n`);
    chmodSync(join(bin, "terraform"), 0o755);
  }
  const result = await runIvr(["plan", ...args], { cwd: project, env: { PATH: bin, TMPDIR: temporary } });
  return { ...result, remaining: readdirSync(temporary).filter((name) => name.startsWith("ivr-plan-")) };
}

it("reports that Terraform is missing, or too old", async () => {
  expect(await planWith(undefined)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Terraform: .*cannot be run\./),
  });
  expect(await planWith(`console.log('{"terraform_version":"1.9.2"}')`)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "Terraform: 1.9.2 is older than 1.11. Install Terraform 1.11 or newer, and add it to PATH.\n",
  });
});

it("prints what a failed Terraform reports, and removes its plan", async () => {
  const failing = `
    if (process.argv[2] === "version") console.log('{"terraform_version":"1.11.4"}');
    else {
      console.error("no such backend");
      process.exitCode = 1;
    }`;
  const { code, stdout, stderr, remaining } = await planWith(failing);
  expect({ code, stdout, remaining }).toEqual({ code: 1, stdout: "", remaining: [] });
  expect(stderr).toMatch(/^Synthesized .*\nterraform init failed\. Terraform reports:\nno such backend\n$/);
});

it("reports in one sentence that Terraform prints too much", async () => {
  const large = `
    const [command] = process.argv.slice(2);
    if (command === "version") console.log('{"terraform_version":"1.11.4"}');
    if (command === "show") process.stdout.write(" ".repeat(64 * 1024 * 1024 + 1));`;
  const { code, stdout, stderr, remaining } = await planWith(large);
  expect({ code, stdout, remaining }).toEqual({ code: 1, stdout: "", remaining: [] });
  expect(stderr.trimEnd().split("\n").pop()).toBe("terraform show printed more than 64 MB. Check the configuration.");
});

describe("with a plan of Terraform's", () => {
  const terraform = `
    const { readFileSync, writeFileSync } = require("node:fs");
    const [command, ...args] = process.argv.slice(2);
    if (command === "version") console.log('{"terraform_version":"1.11.4"}');
    if (command === "plan") writeFileSync(args.at(-1).replace("-out=", ""), "binary");
    if (command === "show") process.stdout.write(readFileSync(${JSON.stringify(planFile("bad-cards"))}));`;
  const digest = digestOf(readPlanFile("bad-cards"));

  it("prints the summary, and writes the plan and the comment if the digest is the expected one", async () => {
    const files = ["--out", "reviewed.tfplan", "--markdown", "comment.md"];
    const { code, stdout, remaining } = await planWith(terraform, "--json", "--expect", digest, ...files);
    expect({ code, digest: JSON.parse(stdout).digest, remaining }).toEqual({ code: 0, digest, remaining: [] });
    expect(readFileSync(join(project, "reviewed.tfplan"), "utf8")).toBe("binary");
    expect(readFileSync(join(project, "comment.md"), "utf8")).toContain("sends card data in clear");
  });

  it("writes nothing if the digest is another one", async () => {
    const { code, stdout, stderr, remaining } = await planWith(terraform, "--expect", "0".repeat(64), "--out", "other");
    expect({ code, remaining }).toEqual({ code: 1, remaining: [] });
    expect(stdout).toContain("the function sends card data in clear");
    expect(stderr).toContain("The plan above is not the plan that was reviewed.");
    expect(readdirSync(project)).not.toContain("other");
  });
});

it.each([
  [["--out", "nowhere/x"], /^--out nowhere\/x cannot be written: the folder .*nowhere does not exist\.\n$/],
  [["--markdown", "nowhere/x"], /^--markdown nowhere\/x cannot be written: /],
  [["--out", "cli"], /^--out cli is a folder\. Name a file in it\.\n$/],
  [["--out", ""], /^--out "" is empty\. Name a file\.\n$/],
  [["--out", "x", "--markdown", "./x"], /^--out and --markdown name the same file\. Use two files\.\n$/],
])("rejects %j before it plans", async (args, sentence) => {
  const { code, stdout, stderr } = await runIvr(["plan", ...args], { cwd: project, env: { PATH: "" } });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(sentence);
  expect(readdirSync(project)).not.toContain("x");
});
