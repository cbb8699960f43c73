import { existsSync, rmSync } from "node:fs";
import { describeKeyPair, keyPairFiles, writeKeyPair } from "../encryption/key-pair-files";
import { KeyPairError } from "../encryption/pem";

/** Whether the folder contains a key pair that local calls can use. */
export function hasLocalKeyPair(folder: string): boolean {
  try {
    const { privateKey, problems } = describeKeyPair(keyPairFiles(folder), new Date());
    return privateKey === "present" && problems.length === 0;
  } catch (error) {
    if (error instanceof KeyPairError) return false;
    throw error;
  }
}

/**
 * Creates the key pair for local calls, and removes an unusable one (expired, damaged): only local calls used it. If
 * another process creates the key pair at the same time, the first one remains.
 *
 * @param create loads slowly by default, so it is imported only when it is needed
 */
export async function createLocalKeyPair(
  folder: string,
  create = async () => (await import("../encryption/key-pair")).createKeyPair(),
): Promise<void> {
  const pair = await create();
  if (hasLocalKeyPair(folder)) return;
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  try {
    writeKeyPair(folder, pair);
  } catch (error) {
    if (!hasLocalKeyPair(folder)) throw error;
  }
}
