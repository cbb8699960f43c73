import { z } from "zod";
import { KEY_PAIR_NAME, KEYS_FOLDER, type KeyPairFiles, keyPairFiles } from "../encryption/key-pair-files";

/** Connect keeps at most two keys active per instance: the one in use, and one more while they are rotated. */
const MAX_KEY_PAIRS = 2;

const KeyPairName = z
  .string()
  .regex(KEY_PAIR_NAME, "must be up to 32 lower-case letters, dashes and at most 8 digits, a letter or a digit first");

const KeyPairSetting = z
  .union([
    KeyPairName,
    z.strictObject({
      name: KeyPairName,
      certificateFile: z.string().min(1),
      privateKeyFile: z.string().min(1).optional(),
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

export const encryptedWith = ({ keyPairs, encryptWith }: KeyPairSettings): string =>
  encryptWith ?? keyPairs.at(-1)?.name ?? "";

export function keyPairProblems(settings: KeyPairSettings): { path: string[]; message: string }[] {
  const names = settings.keyPairs.map(({ name }) => name);
  const current = encryptedWith(settings);
  if (names.length === 0) return [];
  if (new Set(names).size < names.length) {
    return [{ path: ["keyPairs"], message: "must not name a key pair twice" }];
  }
  if (!names.includes(current)) {
    const message = `names "${current}", which is not among the key pairs: keep it there until the flow that encrypts under another one is deployed`;
    return [{ path: ["encryptWith"], message }];
  }
  if (names.length > MAX_KEY_PAIRS) {
    const spare = names.filter((name) => name !== current).slice(0, names.length - MAX_KEY_PAIRS);
    const message = `names ${names.length} key pairs, and Connect keeps ${MAX_KEY_PAIRS} active at most: remove ${spare.map((name) => `"${name}"`).join(" and ")}, and deploy that first`;
    return [{ path: ["keyPairs"], message }];
  }
  return [];
}
