import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { describeKeyPair, keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { createLocalKeyPair, hasLocalKeyPair } from "../../simulator/local-key-pair";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let pair: KeyPair;
beforeAll(async () => {
  pair = await smallKeyPair();
});

it.each<[string, (local: string) => Promise<void> | void]>([
  ["missing", () => {}],
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
  ["from two pairs", async (local) => writeKeyPair(local, { ...pair, privateKey: (await smallKeyPair()).privateKey })],
])("a local key pair that is %s cannot be used", async (what, prepare) => {
  const local = join(folder, what.replaceAll(" ", "-"));
  await prepare(local);
  expect(hasLocalKeyPair(local)).toBe(false);
});

describe("creating the local key pair", () => {
  const fingerprintOf = (local: string) => describeKeyPair(keyPairFiles(local), new Date()).fingerprint;

  it("replaces an unusable one, and leaves nothing else in the folder", async () => {
    const local = join(folder, "created");
    mkdirSync(local);
    await createLocalKeyPair(local, async () => pair); // with RSA-4096: __tests__/cli/call.slow.ts
    expect(hasLocalKeyPair(local)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith("created"))).toEqual(["created"]);
  });

  it("keeps one that another process has created in the meantime", async () => {
    const local = join(folder, "raced");
    const other = await smallKeyPair();
    await createLocalKeyPair(local, async () => {
      writeKeyPair(local, other);
      return pair;
    });
    writeKeyPair(join(folder, "other"), other);
    expect(fingerprintOf(local)).toBe(fingerprintOf(join(folder, "other")));
  });
});
