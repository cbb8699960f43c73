import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackOutputs } from "../../settings/stack-outputs";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
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

it("reads what cdktf deploy has written, of a flow or a module", () => {
  const { contact_flow_id, ...others } = outputs;
  const both = file("outputs.json", {
    "secure-ivr-dev": outputs,
    "secure-ivr-prod": { ...others, contact_flow_module_id: "module" },
  });
  expect(readStackOutputs({ stage: "dev" }, folder, both)).toEqual(read);
  expect(readStackOutputs({ stage: "prod" }, folder, both)).toMatchObject({ flow: { kind: "module", id: "module" } });
});

it("reads the local state", () => {
  const values = Object.entries(outputs).map(([name, value]) => [name, { value, type: "string" }]);
  file("terraform.secure-ivr-local.tfstate", { version: 4, outputs: Object.fromEntries(values) });
  expect(readStackOutputs({ stage: "local" }, folder)).toEqual(read);
});

it.each([
  ["no file", "none.json", undefined, /none\.json does not exist/],
  ["a folder", ".", undefined, / is a folder\./],
  ["no JSON", "broken.json", "{", /broken\.json holds no JSON/],
  ["another stage", "other.json", { "secure-ivr-prod": outputs }, /tells nothing of secure-ivr-dev/],
  ["an older stack", "old.json", { "secure-ivr-dev": { ...outputs, instance_id: undefined } }, /lacks instance_id\./],
  [
    "no flow",
    "no-flow.json",
    { "secure-ivr-dev": { ...outputs, contact_flow_id: undefined } },
    /lacks contact_flow_id/,
  ],
])("says that there is %s", (_, name, content, sentence) => {
  if (content !== undefined) file(name, content);
  expect(() => readStackOutputs({ stage: "dev" }, folder, join(folder, name))).toThrow(sentence);
});

it("says that a state in a bucket is not read", () => {
  expect(() => readStackOutputs({ stage: "dev", backend: { bucket: "states" } }, folder)).toThrow(/bucket states/);
  expect(() => readStackOutputs({ stage: "dev" }, folder)).toThrow(/terraform\.secure-ivr-dev\.tfstate does not exist/);
});

it("says that a local state is broken, and advises no deploy over it", () => {
  file("terraform.secure-ivr-broken.tfstate", "{");
  expect(() => readStackOutputs({ stage: "broken" }, folder)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^terraform\.secure-ivr-broken\.tfstate holds no JSON/),
      remedy: expect.stringContaining("terraform.secure-ivr-broken.tfstate.backup"),
    }),
  );
});
