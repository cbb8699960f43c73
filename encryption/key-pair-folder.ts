import { createPublicKey } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import {
  type CertificateDescription,
  certificateProblems,
  describeCertificate,
  parseCertificate,
  parsePublicKey,
} from "./certificate";
import { type KeyPair, parsePrivateKey } from "./key-pair";
import { KeyPairError } from "./key-pair-error";

export const PRIVATE_KEY_FILE = "private-key.pem";
export const CERTIFICATE_FILE = "certificate.pem";
export const PUBLIC_KEY_FILE = "public-key.pem";

/** A key pair's folder, described without showing anything of the private key. */
export interface KeyPairDescription extends CertificateDescription {
  folder: string;
  /** whether the private key file is here; plans and reviews need none */
  privateKey: "present" | "absent";
  /** whether certificate, public key and (where present) private key are of one pair */
  belongTogether: boolean;
  /** why Connect could not use the pair, one sentence each */
  problems: string[];
}

/** Key pair names become folder names and parts of Terraform names. */
export function checkKeyPairName(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    throw new KeyPairError(
      `"${name}" is not a key pair name: use up to 32 lower-case letters, digits and dashes, and begin with a letter.`,
    );
  }
  return name;
}

/** Fails where the folder exists, so that no key is ever overwritten. */
export function refuseExisting(folder: string): void {
  if (existsSync(folder)) {
    throw new KeyPairError(`${folder} exists already and is left as it is: choose another name, or remove the folder.`);
  }
}

/** Writes a new folder (mode 0700, private key 0600), whole or not at all. */
export function writeKeyPair(folder: string, pair: KeyPair): void {
  refuseExisting(folder);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    chmodSync(unfinished, 0o700);
    writeFileSync(join(unfinished, PRIVATE_KEY_FILE), pair.privateKey, { mode: 0o600 });
    writeFileSync(join(unfinished, CERTIFICATE_FILE), pair.certificate);
    writeFileSync(join(unfinished, PUBLIC_KEY_FILE), pair.publicKey);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

export function describeKeyPair(folder: string, now: Date): KeyPairDescription {
  const read = (file: string) => readKeyFile(join(folder, file));
  const certificateFile = join(folder, CERTIFICATE_FILE);
  const certificate = parseCertificate(read(CERTIFICATE_FILE), certificateFile);
  const publicKey = parsePublicKey(read(PUBLIC_KEY_FILE), join(folder, PUBLIC_KEY_FILE));
  const privateKeyFile = join(folder, PRIVATE_KEY_FILE);
  const privateKey = existsSync(privateKeyFile) ? parsePrivateKey(read(PRIVATE_KEY_FILE), privateKeyFile) : undefined;

  const strangers = [
    ...(certificate.publicKey.equals(publicKey) ? [] : [PUBLIC_KEY_FILE]),
    ...(!privateKey || createPublicKey(privateKey).equals(certificate.publicKey) ? [] : [PRIVATE_KEY_FILE]),
  ];
  return {
    folder,
    ...describeCertificate(certificate, now),
    privateKey: privateKey ? "present" : "absent",
    belongTogether: strangers.length === 0,
    problems: [
      ...strangers.map((file) => `${join(folder, file)} and ${certificateFile} are of different key pairs.`),
      ...certificateProblems(certificate, publicKey, now, certificateFile),
    ],
  };
}

/** Reads a key file, or says in a sentence that it cannot be. */
export function readKeyFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new KeyPairError(`${file} ${reason}.`);
  }
}
