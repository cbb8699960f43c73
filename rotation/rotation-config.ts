import { dirname, join } from "node:path";
import { KEYS_FOLDER, keyPairFiles } from "../encryption/key-pair-files";
import type { IvrConfig, KeyPairSetting } from "../settings/settings";
import type { Rotation, RotationStep } from "./rotation";

/** A key pair as ivr.config.ts names it: its name, or its name and files. */
type KeyPairConfig = NonNullable<IvrConfig["keyPairs"]>[number];

/** The part of the configuration that a step changes. */
export interface StepConfig {
  keyPairs: KeyPairConfig[];
  /** left out where there is one key pair */
  encryptWith?: string;
}

/** Returns what the configuration must contain when a step is deployed. */
export function stepConfig(
  step: RotationStep,
  { from, to }: Pick<Rotation, "from" | "to">,
  configured: readonly KeyPairSetting[],
): StepConfig {
  const current = configured.find(({ name }) => name === from);
  const next = keyPairConfig(configured.find(({ name }) => name === to) ?? nextKeyPair(to, configured));
  const both = [current ? keyPairConfig(current) : from, next];
  if (step === "add") return { keyPairs: both, encryptWith: from };
  if (step === "switch") return { keyPairs: both, encryptWith: to };
  return { keyPairs: [next] };
}

/**
 * Names the next key pair as the first configured one is named: by its name alone, or with its files. A certificate
 * outside the keys folder, for example in version control, is followed by `<name>-certificate.pem` in the same folder.
 */
export function nextKeyPair(name: string, [first]: readonly KeyPairSetting[]): KeyPairSetting {
  const created = keyPairFiles(join(KEYS_FOLDER, name));
  if (!first || hasNameOnly(first)) return { name, files: created };
  const { certificate, privateKey } = first.files;
  const isInKeysFolder = join(certificate).startsWith(join(KEYS_FOLDER, "/"));
  return {
    name,
    files: {
      certificate: isInKeysFolder ? created.certificate : join(dirname(certificate), `${name}-certificate.pem`),
      ...(privateKey && { privateKey: created.privateKey }),
    },
  };
}

/** A name alone means all files of a folder, and only then the settings have a public key file. */
const hasNameOnly = ({ files }: KeyPairSetting) => files.publicKey !== undefined;

function keyPairConfig(pair: KeyPairSetting): KeyPairConfig {
  if (hasNameOnly(pair)) return pair.name;
  const { certificate, privateKey } = pair.files;
  return { name: pair.name, certificateFile: certificate, ...(privateKey && { privateKeyFile: privateKey }) };
}

/** The lines of ivr.config.ts. */
export function configLines({ keyPairs, encryptWith }: StepConfig): string[] {
  const pairs = keyPairs.map((pair) => (typeof pair === "string" ? JSON.stringify(pair) : objectLiteral(pair)));
  const lines = keyPairs.every((pair) => typeof pair === "string")
    ? [`keyPairs: [${pairs.join(", ")}],`]
    : ["keyPairs: [", ...pairs.map((pair) => `  ${pair},`), "],"];
  return encryptWith === undefined ? lines : [...lines, `encryptWith: ${JSON.stringify(encryptWith)},`];
}

const objectLiteral = (pair: object) =>
  `{ ${Object.entries(pair)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
