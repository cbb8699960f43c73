import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
