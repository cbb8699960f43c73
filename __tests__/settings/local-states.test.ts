import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findStateFile, localStates, statesOnSameInstance } from "../../settings/local-states";
import { temporaryFolder } from "../support/project";

const root = temporaryFolder();
const ACCOUNT = "123456789012";
const OTHER_ACCOUNT = "210987654321";
const arn = (region: string, account = ACCOUNT) => `arn:aws:kms:${region}:${account}:key/k`;
const managed = (attributes: object) => ({ mode: "managed", type: "aws_kms_key", instances: [{ attributes }] });
const instance = (id: string, alias: string) => ({
  mode: "data",
  type: "aws_connect_instance",
  instances: [{ attributes: { id, instance_alias: alias } }],
});
const deployed = (region: string, account = ACCOUNT) => ({
  outputs: { encryption_key_arn: { value: arn(region, account), type: "string" } },
  resources: [managed({ arn: arn(region, account) })],
});

/** A new folder with these files. */
function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(root, "project-"));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}
const settingsOf = (region: string, ...allowedAccountIds: string[]) => ({ stage: "dev", region, allowedAccountIds });

const OLD = "terraform.secure-ivr-dev.tfstate";
const HERE = "terraform.secure-ivr-dev.us-east-1.tfstate";
const HERE_IN_ACCOUNT = `terraform.secure-ivr-dev.us-east-1.${ACCOUNT}.tfstate`;

it("names the file by stage and Region, and by the account if exactly one is allowed", () => {
  const folder = folderWith({});
  expect(findStateFile(settingsOf("us-east-1"), folder)).toEqual({ file: HERE });
  expect(findStateFile(settingsOf("us-east-1", ACCOUNT), folder)).toEqual({ file: HERE_IN_ACCOUNT });
  expect(findStateFile(settingsOf("us-east-1", ACCOUNT, OTHER_ACCOUNT), folder)).toEqual({ file: HERE });
});

describe("a state under another name is", () => {
  it.each<[string, Record<string, unknown>, ReturnType<typeof settingsOf>]>([
    ["that of an earlier version", { [OLD]: deployed("us-east-1") }, settingsOf("us-east-1")],
    [
      "that of an earlier version, in the allowed account",
      { [OLD]: deployed("us-east-1") },
      settingsOf("us-east-1", ACCOUNT),
    ],
    [
      "without outputs, after a failed apply",
      { [OLD]: { resources: [managed({ arn: arn("us-east-1") })] } },
      settingsOf("us-east-1"),
    ],
    [
      "that from before the account was configured",
      { [HERE]: deployed("us-east-1") },
      settingsOf("us-east-1", ACCOUNT),
    ],
    [
      "that from when the account was configured",
      { [HERE_IN_ACCOUNT]: deployed("us-east-1") },
      settingsOf("us-east-1"),
    ],
    [
      "that of one of several accounts",
      { [HERE_IN_ACCOUNT]: deployed("us-east-1") },
      settingsOf("us-east-1", OTHER_ACCOUNT, ACCOUNT),
    ],
  ])("%s", (_, files, settings) => {
    const [former] = Object.keys(files);
    expect(findStateFile(settings, folderWith(files)).formerFile).toBe(former);
  });

  it.each<[string, Record<string, unknown>, ReturnType<typeof settingsOf>]>([
    ["another Region's", { [OLD]: deployed("eu-west-2") }, settingsOf("us-east-1")],
    ["another account's", { [OLD]: deployed("us-east-1", OTHER_ACCOUNT) }, settingsOf("us-east-1", ACCOUNT)],
    [
      "another account's, by the file's name",
      { [HERE_IN_ACCOUNT]: deployed("us-east-1") },
      settingsOf("us-east-1", OTHER_ACCOUNT),
    ],
    ["empty", { [OLD]: { resources: [], outputs: {} } }, settingsOf("us-east-1")],
    ["another stage's", { "terraform.secure-ivr-dev2.tfstate": deployed("us-east-1") }, settingsOf("us-east-1")],
    [
      "not needed, because the file exists",
      { [OLD]: deployed("us-east-1"), [HERE]: deployed("us-east-1") },
      settingsOf("us-east-1"),
    ],
  ])("%s, and stays where it is", (_, files, settings) => {
    expect(findStateFile(settings, folderWith(files))).not.toHaveProperty("formerFile");
  });
});

it.each<[string, Record<string, unknown>, RegExp]>([
  [
    "a state without a Region",
    { [OLD]: { resources: [managed({ arn: "arn:aws:iam::123456789012:role/r" })] } },
    /^terraform\.secure-ivr-dev\.tfstate does not show in which Region .* rename it to terraform\.secure-ivr-dev\.us-east-1\.tfstate if they are in us-east-1/,
  ],
  ["a state that cannot be read", { [OLD]: "{" }, /does not show in which Region/],
  [
    "two accounts' states",
    { [HERE_IN_ACCOUNT]: deployed("us-east-1"), [OLD]: deployed("us-east-1", OTHER_ACCOUNT) },
    /dev\.tfstate and terraform\.secure-ivr-dev\.us-east-1\.123456789012\.tfstate are states of secure-ivr-dev in us-east-1: set allowedAccountIds/,
  ],
])("does not guess: %s", (_, files, message) => {
  expect(() => findStateFile(settingsOf("us-east-1"), folderWith(files))).toThrow(message);
});

it("reads files only, and only states of stages", () => {
  const folder = folderWith({ [HERE]: deployed("us-east-1"), [`${HERE}.backup`]: {}, "terraform.tfstate": {} });
  mkdirSync(join(folder, "terraform.secure-ivr-folder.tfstate"));
  expect(localStates(folder).map(({ file }) => file)).toEqual([HERE, "terraform.secure-ivr-folder.tfstate"]);
});

describe("finds other stages on the same Connect instance", () => {
  const prod = (region: string, ...keyPairs: string[]) => ({
    outputs: {
      ...deployed(region).outputs,
      key_ids: { value: Object.fromEntries(keyPairs.map((name) => [name, "id"])) },
    },
    resources: [...deployed(region).resources, instance("id-1", "center")],
  });
  const folder = folderWith({
    [HERE]: prod("us-east-1", "primary"),
    "terraform.secure-ivr-prod.us-east-1.tfstate": prod("us-east-1", "a", "b"),
    "terraform.secure-ivr-prod.eu-west-2.tfstate": prod("eu-west-2", "c"),
  });
  const found = (region: string, instance: { id: string } | { alias: string }, ...accounts: string[]) =>
    statesOnSameInstance({ ...settingsOf(region, ...accounts), instance }, folder).map(({ file, keyPairs }) => [
      file,
      keyPairs,
    ]);
  const onlyHere = [["terraform.secure-ivr-prod.us-east-1.tfstate", ["a", "b"]]];

  it("by alias and by id, in the same Region and account", () => {
    expect(found("us-east-1", { alias: "center" })).toEqual(onlyHere);
    expect(found("us-east-1", { id: "id-1" }, ACCOUNT)).toEqual(onlyHere);
    expect(found("us-east-1", { alias: "other" })).toEqual([]);
    expect(found("us-east-1", { id: "id-2" })).toEqual([]);
    expect(found("us-east-1", { alias: "center" }, OTHER_ACCOUNT)).toEqual([]);
    expect(found("ap-northeast-1", { alias: "center" })).toEqual([]);
  });
});
