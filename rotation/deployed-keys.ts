import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJsonFile } from "../settings/json-file";
import type { Settings } from "../settings/settings";
import { stateFile } from "../settings/stack-name";

/** What the last deployment said of its key pairs. */
export interface DeployedKeys {
  keyPairs: string[];
  /** Connect's ids, by key pair */
  keyIds: Record<string, string>;
  /** the pair that the deployed flow encrypts under */
  encryptWith: string;
  /** ISO 8601, by key pair */
  expiryDates: Record<string, string>;
}

const byKeyPair = z.object({ value: z.record(z.string(), z.string()) });
const State = z.object({
  outputs: z.object({
    key_ids: byKeyPair,
    encrypt_with: z.object({ value: z.string() }),
    certificate_expiry_dates: byKeyPair,
  }),
});

/** Reads the outputs in a local state, or says in a sentence why they cannot be seen. A state that is broken is an error. */
export function readDeployedKeys(
  { stage, backend }: Pick<Settings, "stage" | "backend">,
  projectDir: string,
): DeployedKeys | { unseen: string } {
  if (backend) return { unseen: `The state is in the bucket ${backend.bucket}, which is not read here.` };
  const file = stateFile(stage);
  if (!existsSync(join(projectDir, file))) return { unseen: `${file} is not in this folder.` };
  const state = State.safeParse(readJsonFile(join(projectDir, file), file));
  if (!state.success) return { unseen: `${file} tells of no deployed key pairs.` };
  const { key_ids, encrypt_with, certificate_expiry_dates } = state.data.outputs;
  return {
    keyPairs: Object.keys(key_ids.value),
    keyIds: key_ids.value,
    encryptWith: encrypt_with.value,
    expiryDates: certificate_expiry_dates.value,
  };
}
