import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { smallKeyPair } from "../support/key-pairs";
import { isInstalled, temporaryFolder } from "../support/project";
import { readStack, synthesizeWith } from "../support/stack";
import { keyChanges, TerraformCore } from "../support/terraform-core";

const folder = temporaryFolder();

const withTerraform = isInstalled("terraform", ["version"]) ? it : it.skip;
withTerraform(
  "other files for a deployed key pair: the new key is created first, and nothing is replaced in place",
  async () => {
    // without keyPairs in the configuration, the pair's name is "primary"
    const stackWith = async (pair: KeyPair) =>
      readStack(await synthesizeWith(folder, pair, { fields: ["cardNumber"] }));
    const core = new TerraformCore(join(folder, "terraform"));
    core.apply(await stackWith(await smallKeyPair()));
    expect(keyChanges(core.apply(await stackWith(await smallKeyPair())))).toEqual([
      "create security key primary",
      "create parameter primary",
      "update role policy",
      "update flow",
      "delete parameter primary",
      "delete security key primary",
    ]);
  },
);
