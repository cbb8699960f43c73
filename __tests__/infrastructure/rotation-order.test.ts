import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import type { IvrConfig } from "../../settings/settings";
import { smallKeyPair } from "../support/key-pairs";
import { isInstalled, temporaryFolder } from "../support/project";
import { readStack, type Synthesized, synthesizeWith } from "../support/stack";
import { type Change, TerraformCore } from "../support/terraform-core";

const folder = temporaryFolder();
let number = 0;
const terraform = () => new TerraformCore(join(folder, `terraform-${number++}`));

let pairs: KeyPair[];
let before: Synthesized;
let added: Synthesized;
let switched: Synthesized;
let removed: Synthesized;

/** A key pair's files, in a folder of their own. */
function filesOf(name: string, pair: KeyPair) {
  const keys = join(folder, `keys-${number++}`, name);
  writeKeyPair(keys, pair);
  const { certificate, privateKey } = keyPairFiles(keys);
  return { name, certificateFile: certificate, privateKeyFile: privateKey };
}
const synthesized = async (config: IvrConfig) => readStack(await synthesizeWith(folder, pairs[0] as KeyPair, config));

beforeAll(async () => {
  pairs = [await smallKeyPair(), await smallKeyPair()];
  const [old, next] = [filesOf("2026-11", pairs[0] as KeyPair), filesOf("2027-05", pairs[1] as KeyPair)];
  before = await synthesized({ keyPairs: [old] });
  added = await synthesized({ keyPairs: [old, next], encryptWith: "2026-11" });
  switched = await synthesized({ keyPairs: [old, next], encryptWith: "2027-05" });
  removed = await synthesized({ keyPairs: [next] });
}, 60_000);

/** The changes of what a call depends on: keys, parameters, the function and its role, the flow. */
const ofCalls = (changes: Change[]) =>
  changes.flatMap(({ resource, action }) => {
    const [type = "", name = ""] = resource.split(".");
    const what = WHAT[type];
    const pair = /2026-11|2027-05|primary/.exec(name)?.[0];
    return what ? [`${action} ${[what, pair].filter(Boolean).join(" ")}`] : [];
  });
const WHAT: Record<string, string> = {
  aws_cloudcontrolapi_resource: "security key",
  aws_ssm_parameter: "parameter",
  aws_iam_role_policy: "role policy",
  aws_lambda_function: "function",
  aws_connect_contact_flow: "flow",
};

const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("the order in which real Terraform changes things", () => {
  it("add, switch, remove: each step changes what it must, and no more", () => {
    const core = terraform();
    core.apply(before);
    expect(ofCalls(core.apply(added))).toEqual([
      "create security key 2027-05",
      "create parameter 2027-05",
      "update role policy",
    ]);
    expect(ofCalls(core.apply(switched))).toEqual(["update flow"]);
    expect(ofCalls(core.apply(removed))).toEqual([
      "update role policy",
      "delete parameter 2026-11",
      "delete security key 2026-11",
    ]);
  });

  it("all three at once: the new key is readable before the flow has it, and the old one goes after the flow", () => {
    const core = terraform();
    core.apply(before);
    expect(ofCalls(core.apply(removed))).toEqual([
      "create security key 2027-05",
      "create parameter 2027-05",
      "update role policy",
      "update flow",
      "delete parameter 2026-11",
      "delete security key 2026-11",
    ]);
  });

  it("other files under a deployed name: the new key is made first, and none is replaced in its place", async () => {
    const core = terraform();
    core.apply(await synthesized({ keyPairs: [filesOf("primary", pairs[0] as KeyPair)] }));
    const changes = ofCalls(core.apply(await synthesized({ keyPairs: [filesOf("primary", pairs[1] as KeyPair)] })));
    expect(changes).toEqual([
      "create security key primary",
      "create parameter primary",
      "update role policy",
      "update flow",
      "delete parameter primary",
      "delete security key primary",
    ]);
  });
});
