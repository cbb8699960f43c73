import { z } from "zod";
import { KEY_PAIR_NAME, KEYS_FOLDER, type KeyPairFiles, keyPairFiles } from "../encryption/key-pair-files";
import type { SettingProblem } from "./messages";
import { hasNoDuplicates, matching } from "./value-schemas";

/** An instance of Connect has at most two active keys: the one in use, and the next one during a rotation. */
const MAX_KEY_PAIRS = 2;

const KeyPairName = matching(
  KEY_PAIR_NAME,
  "up to 32 lower-case letters, dashes and at most 8 digits, and begin with a letter or a digit",
);

const fileName = () =>
  z
    .string()
    .min(1)
    .regex(/^[^\p{Cc}]*$/u, "must not contain control characters");

const KeyPairSetting = z
  .union([
    KeyPairName,
    z.strictObject({
      name: KeyPairName,
      certificateFile: fileName(),
      privateKeyFile: fileName().optional(),
    }),
  ])
  .transform((pair): { name: string; files: KeyPairFiles } =>
    typeof pair === "string"
      ? { name: pair, files: keyPairFiles(`${KEYS_FOLDER}/${pair}`) }
      : { name: pair.name, files: { certificate: pair.certificateFile, privateKey: pair.privateKeyFile } },
  );
export type KeyPairSetting = z.output<typeof KeyPairSetting>;

export const KeyPairs = z.array(KeyPairSetting).min(1, "must name at least one key pair");

interface KeyPairSettings {
  keyPairs: readonly KeyPairSetting[];
  encryptWith?: string | undefined;
}

/** Name of the key pair that the flow encrypts with: the last one by default. */
export const encryptWithOf = ({ keyPairs, encryptWith }: KeyPairSettings): string =>
  encryptWith ?? keyPairs.at(-1)?.name ?? "";

export function keyPairProblems(settings: KeyPairSettings): SettingProblem[] {
  const names = settings.keyPairs.map(({ name }) => name);
  const current = encryptWithOf(settings);
  if (names.length === 0) return [];
  if (!hasNoDuplicates(names)) {
    return [{ path: ["keyPairs"], message: "must not name a key pair twice" }];
  }
  if (!names.includes(current)) {
    const message = `names "${current}", which is not one of the key pairs: keep it in keyPairs until a flow that encrypts with another key pair is deployed`;
    return [{ path: ["encryptWith"], message }];
  }
  if (names.length > MAX_KEY_PAIRS) {
    const removable = names.filter((name) => name !== current).slice(0, names.length - MAX_KEY_PAIRS);
    const message = `names ${names.length} key pairs, but Connect allows at most ${MAX_KEY_PAIRS} active keys: remove ${removable.map((name) => `"${name}"`).join(" and ")} and deploy that first`;
    return [{ path: ["keyPairs"], message }];
  }
  return [];
}
