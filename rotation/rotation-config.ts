import { basename, dirname, join } from "node:path";
import { keyPairFiles } from "../encryption/key-pair-files";
import type { KeyPairSetting } from "../settings/settings";
import type { Rotation, Step } from "./rotation";

/** A key pair as ivr.config.ts names it. */
export type WrittenKeyPair = string | { name: string; certificateFile: string; privateKeyFile?: string };

/** The part of a configuration that a step of a rotation deploys. */
export interface StepConfig {
  keyPairs: WrittenKeyPair[];
  /** left out where there is one pair */
  encryptWith?: string;
}

/** What the configuration must say for a step. */
export function stepConfig(
  step: Step,
  { from, to }: Pick<Rotation, "from" | "to">,
  configured: readonly KeyPairSetting[],
  keysFolder: string,
): StepConfig {
  const old = configured.find(({ name }) => name === from);
  const next = configured.find(({ name }) => name === to) ?? nextSetting(to, configured, keysFolder);
  const both = [old ? written(old) : from, written(next)];
  if (step === "add") return { keyPairs: both, encryptWith: from };
  if (step === "switch") return { keyPairs: both, encryptWith: to };
  return { keyPairs: [written(next)] };
}

/** The next pair, in strings or in files as the present one is. */
export function nextSetting(to: string, configured: readonly KeyPairSetting[], keysFolder: string): KeyPairSetting {
  const present = configured[0];
  const files = keyPairFiles(join(keysFolder, to));
  if (!present || isString(present)) return { name: to, files };
  return {
    name: to,
    files: {
      certificate: renamed(present.files.certificate, present.name, to),
      ...(present.files.privateKey && { privateKey: files.privateKey }),
    },
  };
}

/** A name alone stands for a whole folder, the public key's file too. */
const isString = ({ files }: KeyPairSetting) => files.publicKey !== undefined;

function written(pair: KeyPairSetting): WrittenKeyPair {
  if (isString(pair)) return pair.name;
  const { certificate, privateKey } = pair.files;
  return { name: pair.name, certificateFile: certificate, ...(privateKey && { privateKeyFile: privateKey }) };
}

/** The file's place with the other name in it, or beside it. */
function renamed(file: string, from: string, to: string): string {
  const path = file
    .split("/")
    .map((part) => (part === from || part.startsWith(`${from}.`) ? to + part.slice(from.length) : part))
    .join("/");
  return path === file ? join(dirname(file), `${to}-${basename(file)}`) : path;
}

/** As it stands in ivr.config.ts. */
export function writtenConfig({ keyPairs, encryptWith }: StepConfig): string[] {
  const pairs = keyPairs.map((pair) => (typeof pair === "string" ? JSON.stringify(pair) : writtenObject(pair)));
  const lines = keyPairs.every((pair) => typeof pair === "string")
    ? [`keyPairs: [${pairs.join(", ")}],`]
    : ["keyPairs: [", ...pairs.map((pair) => `  ${pair},`), "],"];
  return encryptWith === undefined ? lines : [...lines, `encryptWith: ${JSON.stringify(encryptWith)},`];
}

const writtenObject = (pair: object) =>
  `{ ${Object.entries(pair)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
