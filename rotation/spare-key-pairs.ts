import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describeKeyPair, KEY_PAIR_NAME, KEYS_FOLDER, keyPairFiles } from "../encryption/key-pair-files";

export interface SpareKeyPair {
  name: string;
  /** start of the certificate's validity, ISO 8601 */
  notBefore: string;
}

/**
 * The key pairs in a project's keys folder that the configuration does not name, oldest first. Folders without a
 * readable key pair are left out.
 */
export function spareKeyPairs(projectDir: string, configured: readonly string[], now: Date): SpareKeyPair[] {
  const folder = join(projectDir, KEYS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => KEY_PAIR_NAME.test(name) && !configured.includes(name))
    .flatMap((name) => {
      try {
        const { notBefore } = describeKeyPair(keyPairFiles(join(folder, name)), now);
        return [{ name, notBefore }];
      } catch {
        return [];
      }
    })
    .sort((one, other) => one.notBefore.localeCompare(other.notBefore));
}

/** The default name of the next key pair: year and month in UTC, with a number where that name is taken. */
export function nextName(isTaken: (name: string) => boolean, now: Date): string {
  const month = now.toISOString().slice(0, 7);
  let name = month;
  for (let number = 2; isTaken(name); number += 1) name = `${month}-${number}`;
  return name;
}
