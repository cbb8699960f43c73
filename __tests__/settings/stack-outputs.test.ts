import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackOutputs } from "../../settings/stack-outputs";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const settingsOf = (stage: string) => ({ stage, region: "us-east-1", allowedAccountIds: [] });
const outputs = {
  instance_id: "i",
  encryption_key_arn: "arn:aws:kms:us-east-1:123456789012:key/k",
  function_arn: "arn:aws:lambda:us-east-1:123456789012:function:f",
  function_name: "f",
  key_ids: { primary: "id" },
  parameter_names: { primary: "/CONNECT_INPUT_DECRYPTION_KEY/id" },
  encrypt_with: "primary",
  contact_flow_id: "flow",
};
const read = {
  instanceId: "i",
  flow: { kind: "flow", id: "flow" },
  functionArn: outputs.function_arn,
  encryptionKeyArn: outputs.encryption_key_arn,
  keyIds: outputs.key_ids,
  parameterNames: outputs.parameter_names,
  encryptWith: "primary",
};

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

it("reads the file that cdktf deploy wrote, for a flow and for a module", () => {
  const { contact_flow_id, ...others } = outputs;
  const both = file("outputs.json", {
    "secure-ivr-dev": outputs,
    "secure-ivr-prod": { ...others, contact_flow_module_id: "module" },
  });
  expect(readStackOutputs(settingsOf("dev"), folder, both)).toEqual(read);
  expect(readStackOutputs(settingsOf("prod"), folder, both)).toMatchObject({ flow: { kind: "module", id: "module" } });
});

it("reads the local state", () => {
  const values = Object.entries(outputs).map(([name, value]) => [name, { value, type: "string" }]);
  file("terraform.secure-ivr-local.us-east-1.tfstate", { version: 4, outputs: Object.fromEntries(values) });
  expect(readStackOutputs(settingsOf("local"), folder)).toEqual(read);
});

it.each([
  ["a missing file", "none.json", undefined, /none\.json does not exist/],
  ["a folder", ".", undefined, / is a folder\./],
  ["a file without JSON", "broken.json", "{", /broken\.json is not valid JSON/],
  ["another stage", "other.json", { "secure-ivr-prod": outputs }, /has no outputs of the stack secure-ivr-dev\./],
  [
    "an older stack",
    "old.json",
    { "secure-ivr-dev": { ...outputs, instance_id: undefined } },
    /lacks the output instance_id\./,
  ],
  [
    "a stack without flow",
    "no-flow.json",
    { "secure-ivr-dev": { ...outputs, contact_flow_id: undefined } },
    /lacks the output contact_flow_id\./,
  ],
])("reports %s", (_, name, content, sentence) => {
  if (content !== undefined) file(name, content);
  expect(() => readStackOutputs(settingsOf("dev"), folder, join(folder, name))).toThrow(sentence);
});

it("reports that it does not read a state in a bucket", () => {
  expect(() => readStackOutputs({ ...settingsOf("dev"), backend: { bucket: "states" } }, folder)).toThrow(
    /bucket states/,
  );
  expect(() => readStackOutputs(settingsOf("dev"), folder)).toThrow(
    /terraform\.secure-ivr-dev\.us-east-1\.tfstate does not exist/,
  );
});

it("reports a damaged local state, and does not recommend to deploy over it", () => {
  file("terraform.secure-ivr-broken.us-east-1.tfstate", "{");
  expect(() => readStackOutputs(settingsOf("broken"), folder)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^terraform\.secure-ivr-broken\.us-east-1\.tfstate is not valid JSON/),
      remedy: expect.stringContaining("terraform.secure-ivr-broken.us-east-1.tfstate.backup"),
    }),
  );
});
