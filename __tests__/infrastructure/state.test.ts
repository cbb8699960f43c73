import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateKey } from "../../contract/stack-outputs";
import type { KeyPair } from "../../encryption/key-pair";
import { prepareState } from "../../infrastructure/state/prepare-state";
import { copyProviderLock } from "../../infrastructure/state/provider-lock";
import { deploymentPlace } from "../../settings/local-states";
import { type IvrConfig, parseSettings } from "../../settings/settings";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { isInstalled, readJson, temporaryFolder, terraform } from "../support/project";
import { only, readStack, type Synthesized, synthesizeWith, variantOf } from "../support/stack";
import { TerraformCore } from "../support/terraform-core";

const ACCOUNT = "123456789012";
const ROLE = "arn:aws:iam::123456789012:role/deploy";
const KMS_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1f5e58e8-0000-4000-8000-000000000000`;

const folder = temporaryFolder();
let pair: KeyPair;
/** folders of synthesized stacks */
let plain: string;
let inBucket: string;
let inBucketOfAccount: string;
let everything: string;
const synthesized = (config: IvrConfig) => synthesizeWith(folder, pair, { fields: ["cardNumber"], ...config });
beforeAll(async () => {
  pair = await smallKeyPair();
  plain = await synthesized({});
  inBucket = await synthesized({ backend: { bucket: "states" } });
  inBucketOfAccount = await synthesized({
    allowedAccountIds: [ACCOUNT],
    profile: "work",
    backend: { bucket: "states", region: "eu-west-2" },
  });
  everything = await synthesized({
    ...ALL_OPTIONS,
    stage: "prod",
    assumeRole: { arn: ROLE, externalId: "ext", sessionName: "ivr" },
    alarms: { emails: ["operator@example.com"] },
    payment: { connector: "https", url: "https://payments.example/" },
    phoneNumber: { countryCode: "US", type: "DID" },
    backend: { bucket: "states", kmsKeyId: KMS_KEY, profile: "states", assumeRole: { arn: ROLE } },
  });
}, 60_000);

const providerOf = (stackDir: string) => {
  const { default_tags, ...provider } = readStack(stackDir).provider.aws[0] ?? {};
  return provider;
};

describe("settings for access", () => {
  it("are the provider's, and none by default", () => {
    expect(providerOf(plain)).toEqual({ region: "us-east-1" });
    expect(providerOf(inBucketOfAccount)).toEqual({
      region: "us-east-1",
      allowed_account_ids: [ACCOUNT],
      profile: "work",
    });
    expect(providerOf(everything)).toEqual({
      region: "us-east-1",
      assume_role: [{ role_arn: ROLE, external_id: "ext", session_name: "ivr" }],
    });
  });

  it("are the backend's: the profile is the provider's unless it has its own, the role is not", () => {
    const s3 = (stackDir: string) => readStack(stackDir).terraform.backend.s3;
    expect(s3(inBucketOfAccount)).toEqual({
      bucket: "states",
      key: `connect-secure-ivr/dev/us-east-1/${ACCOUNT}.tfstate`,
      region: "eu-west-2",
      profile: "work",
      use_lockfile: true,
    });
    expect(s3(everything)).toEqual({
      bucket: "states",
      key: "connect-secure-ivr/prod/us-east-1.tfstate",
      region: "us-east-1",
      encrypt: true,
      kms_key_id: KMS_KEY,
      profile: "states",
      assume_role: { role_arn: ROLE },
      use_lockfile: true,
    });
  });

  it.each<[IvrConfig, RegExp]>([
    [{ allowedAccountIds: ["1234"] }, /allowedAccountIds\.0: must be the id of an account, 12 digits/],
    [{ allowedAccountIds: [ACCOUNT, ACCOUNT] }, /allowedAccountIds: must not name an account twice/],
    [{ profile: "${work}" }, /profile: must be the name of a profile/],
    [{ assumeRole: { arn: "arn:aws:iam::123456789012:user/u" } }, /assumeRole\.arn: must be the ARN of a role/],
    [{ assumeRole: { arn: ROLE, externalId: "e" } }, /assumeRole\.externalId: must be 2 to 1224/],
    [{ assumeRole: { arn: ROLE, sessionName: "a b" } }, /assumeRole\.sessionName: must be 2 to 64/],
    [
      { backend: { bucket: "states", kmsKeyId: "alias/states" } },
      /backend\.kmsKeyId: must be the id or the ARN of a KMS key/,
    ],
  ])("are validated: %j", (config, message) => {
    expect(() => parseSettings(config, "ivr.config.ts")).toThrow(message);
  });
});

describe("names that are unique in all Regions of an account", () => {
  it("contain the Region, and are not too long", async () => {
    const longest = readStack(await synthesized({ stage: "a-sixteen-letter", region: "ap-northeast-1" }));
    const { resource } = longest;
    const names = (type: string, argument: string) =>
      Object.values(resource[type] ?? {}).map((block) => String(block[argument]));
    expect(names("aws_iam_role", "name")).toEqual([
      "secure-ivr-a-sixteen-letter-ap-northeast-1-function",
      "secure-ivr-a-sixteen-letter-ap-northeast-1-expiry-reminders",
    ]);
    expect(names("aws_iam_role", "name").filter((name) => name.length > 64)).toEqual([]);
    expect(names("aws_cloudwatch_dashboard", "dashboard_name")).toEqual(["secure-ivr-a-sixteen-letter-ap-northeast-1"]);
  });

  it("the KMS key allows the function's role by its name, and by its earlier name", () => {
    const { Statement } = JSON.parse(String(only(readStack(plain), "aws_kms_key", "encryption-key").policy));
    const { Condition } = Statement.find(({ Sid }: { Sid: string }) => Sid === "FunctionDecryptsParameters");
    expect(Condition.ArnEquals["aws:PrincipalArn"]).toEqual([
      expect.stringMatching(/:role\/secure-ivr-dev-us-east-1-function$/),
      expect.stringMatching(/:role\/secure-ivr-dev-decrypt-customer-input$/),
    ]);
  });
});

const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;

withTerraform("a stage of an earlier version in real Terraform", () => {
  it("gets roles with new names: the function uses the new one before the old one is deleted", () => {
    const before = readStack(variantOf(plain, (stack) => useEarlierRoleNames(stack)));
    const core = new TerraformCore(join(folder, "roles"));
    core.apply(before);
    const changes = core.apply(readStack(plain)).map(({ action, resource }) => `${action} ${resource}`);
    const at = (change: RegExp) => changes.findIndex((each) => change.test(each));
    const order = [
      at(/^create aws_iam_role\.decrypt-function/),
      at(/^create aws_iam_role_policy\.decrypt-function/),
      at(/^update aws_lambda_function\./),
      at(/^delete aws_iam_role_policy\.decrypt-function/),
      at(/^delete aws_iam_role\.decrypt-function/),
    ];
    expect(order.filter((index) => index < 0)).toEqual([]);
    expect(order).toEqual([...order].sort((one, other) => one - other));
    const reminders = [
      at(/^create aws_iam_role\.monitoring/),
      changes.findLastIndex((each) => /^update aws_scheduler_schedule\./.test(each)),
      at(/^delete aws_iam_role_policy\.monitoring/),
      at(/^delete aws_iam_role\.monitoring/),
    ];
    expect(reminders.filter((index) => index < 0)).toEqual([]);
    expect(reminders).toEqual([...reminders].sort((one, other) => one - other));
    expect(changes).toContainEqual(expect.stringMatching(/^create deployment_record/));
  });
});

/** Changes a stack to the names and dependencies that it had before roles' names contained the Region. */
function useEarlierRoleNames({ resource }: Synthesized): void {
  for (const type of ["aws_iam_role", "aws_iam_role_policy"]) {
    for (const [id, block] of Object.entries(resource[type] ?? {})) {
      delete block.lifecycle;
      if (type === "aws_iam_role") {
        block.name = id.startsWith("decrypt")
          ? "secure-ivr-dev-decrypt-customer-input"
          : "secure-ivr-dev-expiry-reminders";
      }
    }
  }
  delete resource.terraform_data;
  for (const block of Object.values(resource).flatMap((blocks) => Object.values(blocks))) {
    if ((block.depends_on as string[] | undefined)?.[0]?.startsWith("terraform_data.")) delete block.depends_on;
  }
}

describe("the record of the first deployment", () => {
  it("comes before all other resources, so that nothing else is planned after it has failed", () => {
    for (const stackDir of [plain, everything]) {
      const { resource } = readStack(stackDir);
      const dependencies = new Map<string, string[]>(
        Object.entries(resource).flatMap(([type, blocks]) =>
          Object.entries(blocks).map(
            ([name, block]) => [`${type}.${name}`, (block.depends_on ?? []) as string[]] as const,
          ),
        ),
      );
      const isRecord = (address: string) => address.startsWith("terraform_data.deployment_record_");
      const isAfter = (address: string): boolean =>
        isRecord(address) || (dependencies.get(address) ?? []).some((other) => isAfter(other));
      expect(dependencies.size).toBeGreaterThan(25);
      expect([...dependencies.keys()].filter((address) => !isAfter(address))).toEqual([]);
    }
  });

  withTerraform("in real Terraform", () => {
    const RECORDED = /data\.aws_caller_identity\.\w+\.account_id/g;
    const KEYS = /data\.aws_s3_objects\.\w+\.keys/g;
    /** Only the record of a stack; variables replace what the AWS provider would read. */
    function configure(dir: string, stackDir: string): string {
      const text = JSON.stringify(readStack(stackDir).resource.terraform_data);
      mkdirSync(dir, { recursive: true });
      const config = {
        variable: { account: {}, keys: { type: "list(string)", default: [] } },
        resource: { terraform_data: JSON.parse(text.replaceAll(RECORDED, "var.account").replaceAll(KEYS, "var.keys")) },
      };
      writeFileSync(join(dir, "main.tf.json"), JSON.stringify(config));
      return dir;
    }
    const run = (dir: string, command: string[], account = ACCOUNT, keys: string[] = []) => {
      const { code, stderr } = terraform(dir, command, { TF_VAR_account: account, TF_VAR_keys: JSON.stringify(keys) });
      return { code, error: stderr.replaceAll(/\s+/g, " ") };
    };
    const APPLY = ["apply", "-auto-approve"];

    it("fails a plan with other credentials or for another Region, and changes nothing", async () => {
      const dir = configure(join(folder, "pin"), plain);
      expect(run(dir, APPLY).code).toBe(0);
      const state = readFileSync(join(dir, "terraform.tfstate"), "utf8");
      for (const command of [["plan"], APPLY]) {
        expect(run(dir, command, "999999999999")).toEqual({
          code: 1,
          error: expect.stringContaining(
            "This state belongs to the stack secure-ivr-dev in account 123456789012 in us-east-1; you are in account 999999999999 in us-east-1: sign in to that account and configure that Region, or choose another stage.",
          ),
        });
      }
      configure(dir, await synthesized({ region: "eu-west-2" }));
      expect(run(dir, ["plan"])).toEqual({
        code: 1,
        error: expect.stringContaining(
          "in account 123456789012 in us-east-1; you are in account 123456789012 in eu-west-2:",
        ),
      });
      expect(readFileSync(join(dir, "terraform.tfstate"), "utf8")).toBe(state);
      configure(dir, plain);
      expect(run(dir, ["plan", "-detailed-exitcode"]).code).toBe(0);
    });

    it("fails a first plan while the bucket has the stage's state under an earlier default key", () => {
      const OLD = "connect-secure-ivr/dev.tfstate";
      const HERE = "connect-secure-ivr/dev/us-east-1.tfstate";
      const HERE_IN_ACCOUNT = `connect-secure-ivr/dev/us-east-1/${ACCOUNT}.tfstate`;
      const others = ["connect-secure-ivr/dev2.tfstate", "connect-secure-ivr/dev/eu-west-2.tfstate", `${OLD}.tflock`];
      const plan = (dir: string, keys: string[]) => run(dir, ["plan"], ACCOUNT, [...others, ...keys]);
      const withoutAccount = configure(join(folder, "keys"), inBucket);
      expect(plan(withoutAccount, []).code).toBe(0);
      expect(plan(withoutAccount, [OLD])).toEqual({
        code: 1,
        error: expect.stringContaining(
          `The bucket states has this stage's state ${OLD}, but the configuration uses ${HERE}: write the key of the state to use into backend.key, or write ${HERE} there for a new deployment.`,
        ),
      });
      expect(plan(withoutAccount, [HERE_IN_ACCOUNT]).code).toBe(1);
      // the state in use
      expect(plan(withoutAccount, [OLD, HERE]).code).toBe(0);

      const withAccount = configure(join(folder, "account-keys"), inBucketOfAccount);
      for (const key of [OLD, HERE])
        expect(plan(withAccount, [key]).error).toContain(`has this stage's state ${key}, but`);
      expect(plan(withAccount, [`connect-secure-ivr/dev/us-east-1/210987654321.tfstate`]).code).toBe(0);
      expect(plan(withAccount, [HERE, HERE_IN_ACCOUNT]).code).toBe(0);
    });
  });

  it("looks for other keys with the backend's bucket and Region, unless the key is configured or the credentials may differ", async () => {
    const objects = (stackDir: string) => Object.values(readStack(stackDir).data.aws_s3_objects ?? {});
    expect(objects(inBucketOfAccount)).toEqual([
      expect.objectContaining({ bucket: "states", prefix: "connect-secure-ivr/dev", region: "eu-west-2" }),
    ]);
    const key = stateKey(deploymentPlace(parseSettings({}, "")));
    for (const stackDir of [plain, everything, await synthesized({ backend: { bucket: "states", key } })]) {
      expect(objects(stackDir)).toEqual([]);
    }
  });
});

describe("before Terraform runs", () => {
  const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;
  const STATE = {
    version: 4,
    outputs: { encryption_key_arn: { value: arn, type: "string" }, key_ids: { value: { primary: "id" } } },
    resources: [
      { mode: "managed", type: "aws_kms_key", instances: [{ attributes: { arn } }] },
      {
        mode: "data",
        type: "aws_connect_instance",
        instances: [{ attributes: { id: "id", instance_alias: "my-contact-center" } }],
      },
    ],
  };
  const OLD = "terraform.secure-ivr-dev.tfstate";
  const HERE = "terraform.secure-ivr-dev.us-east-1.tfstate";

  /** A project with these files, and with a copy of a synthesized stack. */
  function projectWith(files: Record<string, unknown>, from = plain) {
    const projectDir = mkdtempSync(join(folder, "project-"));
    const stackDir = join(projectDir, "cdktf.out/stacks/secure-ivr-dev");
    cpSync(join(from, "cdk.tf.json"), join(stackDir, "cdk.tf.json"));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(projectDir, name, ".."), { recursive: true });
      writeFileSync(join(projectDir, name), JSON.stringify(content));
    }
    const sentences: string[] = [];
    const prepare = (config: IvrConfig = {}) => {
      const settings = parseSettings(config, "ivr.config.ts");
      prepareState({ settings, projectDir, stackDir, report: (sentence) => sentences.push(sentence) });
    };
    const names = () => readdirSync(projectDir).filter((name) => name !== "cdktf.out");
    return { projectDir, stackDir, sentences, prepare, files: names };
  }
  const RECORD = "cdktf.out/stacks/secure-ivr-dev/.terraform/terraform.tfstate";
  const recordOf = (type: string, config: object) => ({ version: 3, backend: { type, config, hash: 1 } });

  it("a state with an earlier name is renamed once, with its backup and one sentence", () => {
    const { prepare, files, sentences, projectDir } = projectWith({ [OLD]: STATE, [`${OLD}.backup`]: { serial: 1 } });
    prepare();
    expect(files()).toEqual([HERE, `${HERE}.backup`]);
    expect(readJson(join(projectDir, HERE))).toEqual(STATE);
    expect(sentences).toEqual([
      `Renamed the state ${OLD} to ${HERE}, because a stage has one state for each Region and account.`,
    ]);
    prepare();
    expect(sentences).toHaveLength(1);
  });

  it("a state of another Region stays where it is", () => {
    const { prepare, files, sentences } = projectWith({ [OLD]: STATE });
    prepare({ region: "eu-west-2" });
    expect([files(), sentences]).toEqual([[OLD], []]);
  });

  it("a state that Terraform is using is not renamed", () => {
    const { prepare, files } = projectWith({ [OLD]: STATE, [`.${OLD}.lock.info`]: {} });
    expect(() => prepare()).toThrow(/^terraform\.secure-ivr-dev\.tfstate is in use by Terraform: wait/);
    expect(files()).toContain(OLD);
  });

  it("a local state stops a configuration with a bucket, until it is moved there", () => {
    const backend = { bucket: "states" };
    for (const name of [OLD, HERE]) {
      const { prepare } = projectWith({ [name]: STATE });
      expect(() => prepare({ backend })).toThrow(
        `${name} has the state of this stage, but the configuration names the bucket states: move the state there as docs/operations.md describes, and then rename the file.`,
      );
    }
    const { prepare, sentences } = projectWith({
      [HERE]: { ...STATE, resources: [] },
      [`${HERE}.moved`]: STATE,
      "terraform.secure-ivr-dev.eu-west-2.tfstate": { resources: [] },
    });
    prepare({ backend });
    expect(sentences).toEqual([]);
  });

  const S3 = {
    bucket: "states",
    key: "connect-secure-ivr/dev/us-east-1.tfstate",
    region: "us-east-1",
    use_lockfile: true,
  };
  it.each<[string, ReturnType<typeof recordOf>, "plain" | "bucket", "kept" | "deleted" | "reported"]>([
    ["the same local file", recordOf("local", { path: "LOCAL", workspace_dir: null }), "plain", "kept"],
    ["another local file", recordOf("local", { path: "../../../x.tfstate", workspace_dir: null }), "plain", "deleted"],
    ["a local file, and now a bucket", recordOf("local", { path: "../../../x.tfstate" }), "bucket", "deleted"],
    ["the same object", recordOf("s3", { ...S3, profile: null, assume_role: null }), "bucket", "kept"],
    ["the same object with other settings", recordOf("s3", { ...S3, encrypt: true }), "bucket", "deleted"],
    ["another object", recordOf("s3", { ...S3, key: "other" }), "bucket", "reported"],
    ["an object, and now a local file", recordOf("s3", S3), "plain", "reported"],
  ])("Terraform's record of its backend: %s", (_, record, from, result) => {
    const stackDirOf = { plain, bucket: inBucket }[from];
    const local = String(readStack(stackDirOf).terraform.backend.local?.path);
    const text = JSON.parse(JSON.stringify(record).replace("LOCAL", local));
    const { prepare, projectDir, sentences } = projectWith({ [RECORD]: text }, stackDirOf);
    prepare(from === "bucket" ? { backend: { bucket: "states" } } : {});
    expect(existsSync(join(projectDir, RECORD))).toBe(result !== "deleted");
    expect(sentences).toEqual(
      result === "reported"
        ? [
            expect.stringMatching(
              /^Terraform used cdktf\.out\/stacks\/secure-ivr-dev with the state s3:\/\/states\/\S+ before: run "terraform -chdir=/,
            ),
          ]
        : [],
    );
  });

  it("a stage that shares its Connect instance with another one is warned", () => {
    const other = "terraform.secure-ivr-test.us-east-1.tfstate";
    const { prepare, sentences } = projectWith({ [other]: STATE });
    prepare();
    prepare({ keyPairs: ["a", "b"] });
    expect(sentences).toEqual([
      "The same Connect instance is used by test, and an instance can have 2 security keys: there is no place for the next key pair, so neither can rotate its key pair (docs/operations.md).",
      "The same Connect instance is used by test, and an instance can have 2 security keys: their key pairs and those of this configuration need 3, so this deployment will fail (docs/operations.md).",
    ]);
    prepare({ instance: { alias: "another" } });
    expect(sentences).toHaveLength(2);
  });

  it("the committed provider lock file is in the stack's folder", () => {
    const { projectDir, stackDir } = projectWith({});
    copyProviderLock(projectDir, stackDir);
    expect(existsSync(join(stackDir, ".terraform.lock.hcl"))).toBe(false);
    for (const lock of ["first", "second"]) {
      writeFileSync(join(projectDir, ".terraform.lock.hcl"), lock);
      copyProviderLock(projectDir, stackDir);
      expect(readFileSync(join(stackDir, ".terraform.lock.hcl"), "utf8")).toBe(lock);
    }
  });
});
