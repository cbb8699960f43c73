import { existsSync, rmSync } from "node:fs";
import { describeKeyPair, keyPairFiles, writeKeyPair } from "../encryption/key-pair-files";
import { KeyPairError } from "../encryption/pem";

/** Whether the folder holds a key pair that local calls can use. */
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
 * Makes the key pair of local calls. What is there and cannot be used (expired, damaged) is removed: nothing was ever
 * encrypted under it but such calls. Of two that are made at the same time the first stays.
 */
export async function makeLocalKeyPair(folder: string): Promise<void> {
  const { createKeyPair } = await import("../encryption/key-pair"); // loads long, and is needed once
  const pair = await createKeyPair();
  if (hasLocalKeyPair(folder)) return;
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  try {
    writeKeyPair(folder, pair);
  } catch (error) {
    if (!hasLocalKeyPair(folder)) throw error;
  }
}
