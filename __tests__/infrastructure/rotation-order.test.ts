import { join } from "node:path";
import type { IvrConfig } from "../../settings/settings";
import { smallKeyPair } from "../support/key-pairs";
import { isInstalled, temporaryFolder } from "../support/project";
import { keyPairSetting, readStack, type Synthesized, synthesizeWith } from "../support/stack";
import { keyChanges, TerraformCore } from "../support/terraform-core";

const folder = temporaryFolder();
let before: Synthesized;
let added: Synthesized;
let switched: Synthesized;
let removed: Synthesized;
beforeAll(async () => {
  const pair = await smallKeyPair();
  const current = keyPairSetting(folder, "2026-11", pair);
  const next = keyPairSetting(folder, "2027-05", await smallKeyPair());
  const synthesized = async (config: IvrConfig) =>
    readStack(await synthesizeWith(folder, pair, { fields: ["cardNumber"], ...config }));
  before = await synthesized({ keyPairs: [current] });
  added = await synthesized({ keyPairs: [current, next], encryptWith: "2026-11" });
  switched = await synthesized({ keyPairs: [current, next], encryptWith: "2027-05" });
  removed = await synthesized({ keyPairs: [next] });
}, 60_000);

const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("the order of changes in real Terraform", () => {
  let stepByStep: TerraformCore;
  let atOnce: TerraformCore;
  beforeAll(() => {
    stepByStep = new TerraformCore(join(folder, "step-by-step"));
    stepByStep.apply(before);
    atOnce = stepByStep.copy(join(folder, "at-once"));
  });

  it("add, switch, remove: each step changes only what it must", () => {
    expect(keyChanges(stepByStep.apply(added))).toEqual([
      "create security key 2027-05",
      "create parameter 2027-05",
      "update role policy",
    ]);
    expect(keyChanges(stepByStep.apply(switched))).toEqual(["update flow"]);
    expect(keyChanges(stepByStep.apply(removed))).toEqual([
      "update role policy",
      "delete parameter 2026-11",
      "delete security key 2026-11",
    ]);
  });

  it("all steps at once: the function can read the new key before the flow uses it, and the old key is deleted last", () => {
    expect(keyChanges(atOnce.apply(removed))).toEqual([
      "create security key 2027-05",
      "create parameter 2027-05",
      "update role policy",
      "update flow",
      "delete parameter 2026-11",
      "delete security key 2026-11",
    ]);
  });
});
