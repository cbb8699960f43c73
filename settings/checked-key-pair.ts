import { createPublicKey } from "node:crypto";
import { accessSync } from "node:fs";
import { resolve } from "node:path";
import { privateKeyVariable } from "../contract/parameter-names";
import { describeKeyPair, readKeyFile } from "../encryption/key-pair-files";
import { KeyPairError, parseCertificate, parsePrivateKey, publicKeyPem } from "../encryption/pem";
import type { KeyPairSetting } from "./settings";

/** A key pair that Connect can use, without its private key. */
export interface CheckedKeyPair {
  name: string;
  /** PEM, as the flow carries it */
  certificate: string;
  /** PEM, as it is uploaded to Connect */
  publicKey: string;
  /** ISO 8601, UTC */
  notAfter: string;
  /** where an apply finds the private key; neither need be there while planning */
  privateKey: { file: string } | { variable: string };
}

/**
 * Refuses with a {@link KeyPairError} what Connect would take without a word and then fail every call on.
 *
 * @param environment may hold a private key that a Terraform variable passes on, which is then checked, too
 */
export function checkKeyPair(
  keyPair: KeyPairSetting,
  environment: Readonly<Record<string, string | undefined>>,
): CheckedKeyPair {
  refuseUnmade(keyPair);
  const { name, files } = keyPair;
  const { problems, notAfter } = describeKeyPair(files, new Date());
  if (problems[0]) throw new KeyPairError(problems[0]);

  const certificate = parseCertificate(readKeyFile(files.certificate), files.certificate);
  const variable = privateKeyVariable(name);
  const given = environment[`TF_VAR_${variable}`];
  if (!files.privateKey && given) {
    const privateKey = parsePrivateKey(given, `The environment variable TF_VAR_${variable}`);
    if (!createPublicKey(privateKey).equals(certificate.publicKey)) {
      throw new KeyPairError(
        `The environment variable TF_VAR_${variable} and ${files.certificate} are of different key pairs: set the private key of that certificate.`,
      );
    }
  }
  return {
    name,
    certificate: certificate.toString(),
    publicKey: publicKeyPem(certificate.publicKey),
    notAfter,
    privateKey: files.privateKey ? { file: files.privateKey } : { variable },
  };
}

/** Refuses with a {@link KeyPairError} a pair that was never made; one that may not be looked at is told when it is read. */
export function refuseUnmade({ name, files: { certificate } }: KeyPairSetting, projectDir = ""): void {
  try {
    accessSync(resolve(projectDir, certificate));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    throw new KeyPairError(
      `${certificate} does not exist: make the key pair with "npm run ivr -- keys create ${name}", or name another one in the configuration.`,
    );
  }
}
