import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";

/** Terraform's name for the file with the versions and the checksums of providers. */
const LOCK_FILE = ".terraform.lock.hcl";

/** Terraform reads the lock file in the stack's folder, which git ignores. The committed one is beside cdktf.json. */
export function copyProviderLock(projectDir: string, stackDir: string): void {
  const committed = join(projectDir, LOCK_FILE);
  if (existsSync(committed)) copyFileSync(committed, join(stackDir, LOCK_FILE));
}
