import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { describeKeyPair, keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { hasLocalKeyPair, makeLocalKeyPair } from "../../simulator/local-key-pair";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let pair: KeyPair;
beforeAll(async () => {
  pair = await smallKeyPair();
});

it.each<[string, (local: string) => Promise<void> | void]>([
  ["not there", () => {}],
  ["an empty folder", (local) => mkdirSync(local)],
  ["a file", (local) => writeFileSync(local, "")],
  [
    "expired",
    async (local) => writeKeyPair(local, { ...pair, certificate: await certificateFor(pair, { toDay: -1 }) }),
  ],
  [
    "without its private key",
    (local) => {
      writeKeyPair(local, pair);
      rmSync(keyPairFiles(local).privateKey);
    },
  ],
  [
    "damaged",
    (local) => {
      writeKeyPair(local, pair);
      writeFileSync(keyPairFiles(local).certificate, "garbage");
    },
  ],
  ["of two pairs", async (local) => writeKeyPair(local, { ...pair, privateKey: (await smallKeyPair()).privateKey })],
])("a local key pair that is %s cannot be used", async (what, prepare) => {
  const local = join(folder, what.replaceAll(" ", "-"));
  await prepare(local);
  expect(hasLocalKeyPair(local)).toBe(false);
});

it("is made in place of one that cannot be used, and not of one that can", async () => {
  const local = join(folder, "made");
  mkdirSync(local);
  await makeLocalKeyPair(local); // two at the same time: __tests__/cli/call.test.ts
  expect(hasLocalKeyPair(local)).toBe(true);
  const made = describeKeyPair(keyPairFiles(local), new Date());
  expect(made.keyBits).toBe(4096);
  await makeLocalKeyPair(local);
  expect(describeKeyPair(keyPairFiles(local), new Date()).fingerprint).toBe(made.fingerprint);
  expect(readdirSync(folder).filter((name) => name.startsWith("made"))).toEqual(["made"]);
});
