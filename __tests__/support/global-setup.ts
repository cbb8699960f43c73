import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyPair } from "../../encryption/key-pair";
import { writeKeyPair } from "../../encryption/key-pair-files";

/** Creates key pairs once for all test files: RSA key generation would take a good part of the suite's time. */
export default async function createSharedKeyPairs(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ivr-test-keys-"));
  writeKeyPair(join(folder, "large"), await createKeyPair());
  for (const number of [0, 1, 2]) writeKeyPair(join(folder, `small-${number}`), await createKeyPair({ bits: 2048 }));
  process.env.IVR_TEST_KEYS = folder;
  // Libraries read it when they are loaded, and would print colors where CI is set.
  process.env.NO_COLOR = "1";
}
