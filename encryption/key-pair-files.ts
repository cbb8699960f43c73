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
import { type CertificateDescription, certificateProblems, describeCertificate } from "./certificate";
import type { KeyPair } from "./key-pair";
import { KeyPairError, parseCertificate, parsePrivateKey, parsePublicKey } from "./pem";

/** The `ivr keys` commands write key pairs to this folder, by name. Git ignores it. */
export const KEYS_FOLDER = "keys";

/** Paths of a key pair's PEM files. */
export interface KeyPairFiles {
  certificate: string;
  /** default: the public key in the certificate */
  publicKey?: string;
  privateKey?: string;
}

/** The files in a folder that {@link writeKeyPair} wrote. */
export const keyPairFiles = (folder: string) => ({
  certificate: join(folder, "certificate.pem"),
  publicKey: join(folder, "public-key.pem"),
  privateKey: join(folder, "private-key.pem"),
});

/** Describes a key pair, without any part of the private key. */
export interface KeyPairDescription extends CertificateDescription {
  /** whether the private key file exists; plans and reviews do not need it */
  privateKey: "present" | "absent";
  /** whether certificate, public key and (if present) private key belong to one key pair */
  belongTogether: boolean;
  /** the reasons why Connect could not use the key pair, one sentence each */
  problems: string[];
}

/** Names are printed, and become folder names and parts of Terraform names. At most 8 digits: no card number fits. */
export const KEY_PAIR_NAME = /^(?!(\D*\d){9})[a-z0-9][a-z0-9-]{0,31}$/;

/** @throws KeyPairError */
export function checkKeyPairName(name: string): string {
  if (!KEY_PAIR_NAME.test(name)) {
    throw new KeyPairError(
      `"${name}" is not a key pair name: use up to 32 lower-case letters, dashes and at most 8 digits, and begin with a letter or a digit.`,
    );
  }
  return name;
}

/**
 * Keys are never overwritten.
 *
 * @throws KeyPairError if the folder exists
 */
export function rejectExisting(folder: string): void {
  if (existsSync(folder)) {
    throw new KeyPairError(`${folder} already exists and was not changed: choose another name, or remove the folder.`);
  }
}

/** Writes all files into a new folder (mode 0700, private key 0600). If one cannot be written, no folder remains. */
export function writeKeyPair(folder: string, pair: KeyPair): void {
  rejectExisting(folder);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    chmodSync(unfinished, 0o700);
    const files = keyPairFiles(unfinished);
    writeFileSync(files.privateKey, pair.privateKey, { mode: 0o600 });
    writeFileSync(files.certificate, pair.certificate);
    writeFileSync(files.publicKey, pair.publicKey);
    rejectExisting(folder);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** @throws KeyPairError if a file cannot be read or parsed */
export function describeKeyPair(files: KeyPairFiles, now: Date): KeyPairDescription {
  const certificate = parseCertificate(readKeyFile(files.certificate), files.certificate);
  const publicKey = files.publicKey
    ? parsePublicKey(readKeyFile(files.publicKey), files.publicKey)
    : certificate.publicKey;
  const privateKey =
    files.privateKey && existsSync(files.privateKey)
      ? parsePrivateKey(readKeyFile(files.privateKey), files.privateKey)
      : undefined;
  const mismatches = [
    ...(certificate.publicKey.equals(publicKey) ? [] : [files.publicKey]),
    ...(!privateKey || createPublicKey(privateKey).equals(certificate.publicKey) ? [] : [files.privateKey]),
  ];
  return {
    ...describeCertificate(certificate, now),
    privateKey: privateKey ? "present" : "absent",
    belongTogether: mismatches.length === 0,
    problems: [
      ...mismatches.map(
        (file) => `${file} and ${files.certificate} belong to different key pairs: use files of the same key pair.`,
      ),
      ...certificateProblems(certificate, publicKey, now, files.certificate),
    ],
  };
}

/** @throws KeyPairError if the file cannot be read */
export function readKeyFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyPairError(`${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`);
  }
}
