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
import type { KeyPair } from "./key-pair";
import { KeyPairError } from "./key-pair-error";
import { parsePrivateKey } from "./private-key";

/** The `ivr keys` commands put key pairs here, by name; git ignores it. */
export const KEYS_FOLDER = "keys";

/** Where a key pair's PEM files are. */
export interface KeyPairFiles {
  certificate: string;
  /** left out: the certificate's own public key is what counts */
  publicKey?: string;
  privateKey?: string;
}

/** The files of a key pair's folder, as {@link writeKeyPair} makes it. */
export const keyPairFiles = (folder: string) => ({
  certificate: join(folder, "certificate.pem"),
  publicKey: join(folder, "public-key.pem"),
  privateKey: join(folder, "private-key.pem"),
});

/** A key pair, described without showing anything of the private key. */
export interface KeyPairDescription extends CertificateDescription {
  /** whether the private key file is here; plans and reviews need none */
  privateKey: "present" | "absent";
  /** whether certificate, public key and (where present) private key are of one pair */
  belongTogether: boolean;
  /** why Connect could not use the pair, one sentence each */
  problems: string[];
}

/** Key pair names become folder names and parts of Terraform names, and are printed: no card number fits in. */
export const KEY_PAIR_NAME = /^(?!(\D*\d){9})[a-z0-9][a-z0-9-]{0,31}$/;

export function checkKeyPairName(name: string): string {
  if (!KEY_PAIR_NAME.test(name)) {
    throw new KeyPairError(
      `"${name}" is not a key pair name: use up to 32 lower-case letters, dashes and at most 8 digits, and begin with a letter or a digit.`,
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
    const files = keyPairFiles(unfinished);
    writeFileSync(files.privateKey, pair.privateKey, { mode: 0o600 });
    writeFileSync(files.certificate, pair.certificate);
    writeFileSync(files.publicKey, pair.publicKey);
    refuseExisting(folder);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

export function describeKeyPair(files: KeyPairFiles, now: Date): KeyPairDescription {
  const certificate = parseCertificate(readKeyFile(files.certificate), files.certificate);
  const publicKey = files.publicKey
    ? parsePublicKey(readKeyFile(files.publicKey), files.publicKey)
    : certificate.publicKey;
  const privateKey =
    files.privateKey && existsSync(files.privateKey)
      ? parsePrivateKey(readKeyFile(files.privateKey), files.privateKey)
      : undefined;
  const strangers = [
    ...(certificate.publicKey.equals(publicKey) ? [] : [files.publicKey]),
    ...(!privateKey || createPublicKey(privateKey).equals(certificate.publicKey) ? [] : [files.privateKey]),
  ];
  return {
    ...describeCertificate(certificate, now),
    privateKey: privateKey ? "present" : "absent",
    belongTogether: strangers.length === 0,
    problems: [
      ...strangers.map(
        (file) => `${file} and ${files.certificate} are of different key pairs: put the right one there.`,
      ),
      ...certificateProblems(certificate, publicKey, now, files.certificate),
    ],
  };
}

/** Reads a key file, or says in a sentence that it cannot be. */
export function readKeyFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyPairError(`${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`);
  }
}
