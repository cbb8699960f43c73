import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import type { KeyPair } from "../../encryption/key-pair";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { prepareState } from "../../infrastructure/state/prepare-state";
import { copyProviderLock } from "../../infrastructure/state/provider-lock";
import { type IvrConfig, parseSettings } from "../../settings/settings";
import { smallKeyPair } from "../support/key-pairs";
import {
  copyOfProject,
  isInstalled,
  runCommand,
  temporaryFolder,
  terraform as terraformAndWait,
} from "../support/project";
import { type S3Endpoint, startS3Endpoint } from "../support/s3-endpoint";
import { readStack, synthesizeWith } from "../support/stack";

const OBJECT = "/states/connect-secure-ivr/dev/us-east-1.tfstate";
const LOCAL = "terraform.secure-ivr-dev.us-east-1.tfstate";
const STACK = "cdktf.out/stacks/secure-ivr-dev";
const ARN = "arn:aws:kms:us-east-1:123456789012:key/1f5e58e8-0000-4000-8000-000000000000";

const folder = temporaryFolder();
let pair: KeyPair;
let s3: S3Endpoint;
beforeAll(async () => {
  pair = await smallKeyPair();
  s3 = await startS3Endpoint();
});
afterAll(() => s3.stop());
beforeEach(() => {
  s3.objects.clear();
  s3.uploads.clear();
});

/** A project whose stack has a synthesized backend, and a single resource without a provider. */
class Project {
  readonly dir = mkdtempSync(join(folder, "project-"));
  readonly stackDir = join(this.dir, STACK);

  /** As `cdktf synth`: returns the error's message if it fails. */
  async synth(config: IvrConfig = {}): Promise<string | undefined> {
    const { backend } = readStack(await synthesizeWith(folder, pair, { fields: ["cardNumber"], ...config })).terraform;
    if (backend.local) backend.local.path = `../../../${LOCAL}`;
    // Without it, the bucket would be part of the host's name.
    if (backend.s3) backend.s3.use_path_style = true;
    mkdirSync(this.stackDir, { recursive: true });
    const resource = { terraform_data: { key: { input: ARN } } };
    const output = { encryption_key_arn: { value: "${terraform_data.key.output}" } };
    writeFileSync(join(this.stackDir, "cdk.tf.json"), JSON.stringify({ terraform: { backend }, resource, output }));
    const settings = parseSettings(config, "ivr.config.ts");
    try {
      prepareState({ settings, projectDir: this.dir, stackDir: this.stackDir, report: () => {} });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  }

  /** Terraform must not block this process, which is its S3. */
  async terraform(...args: string[]): Promise<{ code: number; output: string }> {
    const env = {
      ...process.env,
      ...{ CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_ACCESS_KEY_ID: "BASE", AWS_SECRET_ACCESS_KEY: "secret" },
      ...{ AWS_ENDPOINT_URL_S3: s3.url, AWS_ENDPOINT_URL_STS: s3.url },
    };
    try {
      const { stdout } = await promisify(execFile)("terraform", args, { cwd: this.stackDir, env });
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  async run(...args: string[]): Promise<void> {
    const { code, output } = await this.terraform(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")}: ${output}`);
  }
}

const deployedLocally = async (): Promise<Project> => {
  const project = new Project();
  expect(await project.synth()).toBeUndefined();
  await project.run("init", "-input=false");
  await project.run("apply", "-auto-approve");
  return project;
};

const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("the state in real Terraform", () => {
  const inBucket = { backend: { bucket: "states" } } satisfies IvrConfig;
  const nothingChanged = async (project: Project) =>
    expect(await project.terraform("plan", "-detailed-exitcode")).toMatchObject({ code: 0 });

  it.each<[string, { isNewFolder: boolean }, string[][]]>([
    ["as Terraform does", { isNewFolder: false }, [["init", "-migrate-state", "-force-copy"]]],
    [
      "also in a new folder",
      { isNewFolder: true },
      [
        ["init", "-reconfigure", "-input=false"],
        ["state", "push", `../../../${LOCAL}`],
      ],
    ],
  ])(
    "moves from a local file into a bucket, %s",
    async (_, { isNewFolder }, commands) => {
      const project = await deployedLocally();
      if (isNewFolder) rmSync(project.stackDir, { recursive: true });
      expect(await project.synth(inBucket)).toMatch(new RegExp(`^${LOCAL} has the state of this stage, but`));
      for (const command of commands) await project.run(...command);
      renameSync(join(project.dir, LOCAL), join(project.dir, `${LOCAL}.moved`));
      expect(await project.synth(inBucket)).toBeUndefined();
      await project.run("init", "-input=false");
      await nothingChanged(project);
      expect(JSON.parse(String(s3.objects.get(OBJECT))).outputs.encryption_key_arn.value).toBe(ARN);
      expect(s3.uploads.get(OBJECT)).not.toHaveProperty("x-amz-server-side-encryption");
      expect(s3.objects.has(`${OBJECT}.tflock`)).toBe(false);
    },
    60_000,
  );

  it("uses the KMS key and the role for the bucket, and no other settings need a new init", async () => {
    const project = new Project();
    await project.synth(inBucket);
    await project.run("init", "-input=false");
    const roleArn = "arn:aws:iam::123456789012:role/states";
    const backend = { ...inBucket.backend, kmsKeyId: ARN, assumeRole: { arn: roleArn, externalId: "ext" } };
    expect(await project.synth({ backend })).toBeUndefined();
    await project.run("init", "-input=false");
    await project.run("apply", "-auto-approve");
    expect(s3.uploads.get(OBJECT)).toMatchObject({
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": ARN,
      authorization: expect.stringContaining("Credential=ROLESESSION/"),
    });
    expect(Object.fromEntries(s3.assumedRoles.at(-1) ?? [])).toMatchObject({ RoleArn: roleArn, ExternalId: "ext" });
  }, 60_000);

  it("moves to another key in the bucket, but not by itself", async () => {
    const project = new Project();
    await project.synth({ backend: { ...inBucket.backend, key: "connect-secure-ivr/dev.tfstate" } });
    await project.run("init", "-input=false");
    await project.run("apply", "-auto-approve");
    await project.synth(inBucket);
    const { code, output } = await project.terraform("init", "-input=false", "-no-color");
    expect([code, output]).toEqual([1, expect.stringContaining("Error: Backend configuration changed")]);
    await project.run("init", "-migrate-state", "-force-copy");
    await nothingChanged(project);
    expect(JSON.parse(String(s3.objects.get(OBJECT))).outputs.encryption_key_arn.value).toBe(ARN);
  }, 60_000);

  it("of an earlier version is found under its new name, without a new init by the user", async () => {
    const project = await deployedLocally();
    const earlier = "terraform.secure-ivr-dev.tfstate";
    renameSync(join(project.dir, LOCAL), join(project.dir, earlier));
    const record = join(project.stackDir, ".terraform/terraform.tfstate");
    writeFileSync(record, readFileSync(record, "utf8").replace(LOCAL, earlier));
    expect(await project.synth()).toBeUndefined();
    await project.run("init", "-input=false");
    await nothingChanged(project);
    expect(existsSync(join(project.dir, earlier))).toBe(false);
  }, 60_000);
});

withTerraform("the provider lock file in real Terraform", () => {
  it("is committed, and another provider than the locked one is not installed", async () => {
    const stackDir = await synthesizeWith(folder, pair, { fields: ["cardNumber"] });
    const { version } = readStack(stackDir).terraform.required_providers.aws as { version: string };
    const projectDir = mkdtempSync(join(folder, "locked-"));
    const copy = join(projectDir, STACK);
    cpSync(stackDir, copy, { recursive: true });

    const platform = terraformAndWait(copy, ["version", "-json"]).stdout.match(/"platform": "(\w+)"/)?.[1] ?? "";
    const mirror = join(projectDir, "mirror");
    const plugin = join(
      mirror,
      "registry.terraform.io/hashicorp/aws",
      version,
      platform,
      `terraform-provider-aws_v${version}`,
    );
    const installProvider = (script: string) => {
      mkdirSync(join(plugin, ".."), { recursive: true });
      writeFileSync(plugin, script);
      chmodSync(plugin, 0o755);
    };
    const cliConfig = join(projectDir, "cli.tfrc");
    writeFileSync(
      cliConfig,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    const run = (...args: string[]) => terraformAndWait(copy, args, { TF_CLI_CONFIG_FILE: cliConfig });

    installProvider("#!/bin/sh\n");
    const lock = ["providers", "lock", `-fs-mirror=${relative(copy, mirror)}`, `-platform=${platform}`];
    expect(run(...lock)).toMatchObject({ code: 0 });
    renameSync(join(copy, ".terraform.lock.hcl"), join(projectDir, ".terraform.lock.hcl"));
    copyProviderLock(projectDir, copy);
    expect(run("init", "-backend=false", "-input=false")).toMatchObject({ code: 0 });

    installProvider("#!/bin/sh\n# changed\n");
    writeFileSync(join(copy, ".terraform.lock.hcl"), "");
    copyProviderLock(projectDir, copy);
    const { code, stderr } = run("init", "-backend=false", "-input=false", "-upgrade=false");
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("match any of the checksums previously recorded");
  }, 60_000);
});

it("cdktf shows what the app reports about the state", async () => {
  const project = copyOfProject(join(folder, "cdktf"));
  writeKeyPair(join(project, "keys", "primary"), pair);
  const outputs = { encryption_key_arn: { value: ARN, type: "string" } };
  const resources = [{ mode: "managed", type: "aws_kms_key", instances: [{ attributes: { arn: ARN } }] }];
  writeFileSync(join(project, "terraform.secure-ivr-dev.tfstate"), JSON.stringify({ version: 4, outputs, resources }));
  const synth = () => runCommand("npx", ["cdktf", "synth"], { cwd: project, env: { CI: "1" } });
  const first = synth();
  expect([first.code, first.stdout]).toEqual([0, expect.stringContaining(`Renamed the state`)]);
  expect(existsSync(join(project, LOCAL))).toBe(true);
  const config = readFileSync(join(project, "ivr.config.ts"), "utf8");
  writeFileSync(
    join(project, "ivr.config.ts"),
    config.replace("defineConfig({", 'defineConfig({ backend: { bucket: "states" },'),
  );
  const second = synth();
  expect([second.code, second.stdout + second.stderr]).toEqual([
    1,
    expect.stringContaining(`${LOCAL} has the state of`),
  ]);
}, 120_000);
