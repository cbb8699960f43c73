import { existsSync } from "node:fs";
import { join } from "node:path";
import { runIvr } from "../support/cli";
import { copyOfProject, temporaryFolder } from "../support/project";

const project = copyOfProject(join(temporaryFolder(), "project"));
const REQUIRED = ["--repository", "example/ivr", "--bucket", "example-ivr-state"];
const FOLDER = "cdktf.out/stacks/secure-ivr-bootstrap-example-ivr-state";

it("writes Terraform's configuration and shows the commands that apply it, with a local state first", async () => {
  const { code, stdout, stderr } = await runIvr(["bootstrap", ...REQUIRED], { cwd: project });
  expect([code, stderr]).toEqual([0, ""]);
  expect(existsSync(join(project, FOLDER, "cdk.tf.json"))).toBe(true);
  expect(stdout.match(/^ {2}terraform .*/gm)).toEqual([
    `  terraform -chdir=${FOLDER} init`,
    `  terraform -chdir=${FOLDER} plan -out=bootstrap.tfplan`,
    `  terraform -chdir=${FOLDER} show -json bootstrap.tfplan | npm run --silent ivr -- plan-summary -`,
    `  terraform -chdir=${FOLDER} apply bootstrap.tfplan`,
  ]);
  expect(stdout).toMatch(/run this command again with --state-in-bucket/);
});

it("moves the state into the bucket, and prints JSON", async () => {
  const { code, stdout } = await runIvr(["bootstrap", ...REQUIRED, "--state-in-bucket", "--json"], { cwd: project });
  expect(code).toBe(0);
  const { folder, commands } = JSON.parse(stdout);
  expect(folder).toBe(FOLDER);
  expect(commands[0]).toBe(`terraform -chdir=${FOLDER} init -migrate-state`);
});

it.each([
  [["--bucket", "example-ivr-state"], 2, /^error: required option '--repository <owner\/name>' not specified\n/],
  [["--repository", "example/ivr", "--bucket", "_"], 1, /^--bucket must be the name of an S3 bucket\.\n$/],
  [[...REQUIRED, "--region", "mars"], 1, /^--region must be an AWS Region such as us-east-1\.\n$/],
])("rejects %j", async (args, exitCode, sentence) => {
  const { code, stdout, stderr } = await runIvr(["bootstrap", ...args], { cwd: project });
  expect([code, stdout]).toEqual([exitCode, ""]);
  expect(stderr).toMatch(sentence);
});
