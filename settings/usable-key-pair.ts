import { createPublicKey } from "node:crypto";
import { accessSync } from "node:fs";
import { resolve } from "node:path";
import { privateKeyVariable } from "../contract/parameter-names";
import { describeKeyPair, type KeyPairFiles, readKeyFile } from "../encryption/key-pair-files";
import { KeyPairError, parseCertificate, parsePrivateKey, publicKeyPem } from "../encryption/pem";
import type { KeyPairSetting } from "./settings";

type Environment = Readonly<Record<string, string | undefined>>;

/** A key pair that Connect can use. It does not contain the private key. */
export interface UsableKeyPair {
  name: string;
  /** PEM, for the flow */
  certificate: string;
  /** PEM, for the upload to Connect */
  publicKey: string;
  /** ISO 8601, UTC */
  notAfter: string;
  /** where Terraform reads the private key during an apply; a plan does not need it */
  privateKey: { file: string } | { variable: string };
}

/**
 * Loads a key pair, or throws a {@link KeyPairError} where Connect would accept the pair and then fail every call.
 *
 * @param environment may contain the private key for Terraform, which is then compared with the certificate
 */
export function loadKeyPair(keyPair: KeyPairSetting, environment: Environment): UsableKeyPair {
  assertKeyPairExists(keyPair);
  const { name, files } = keyPair;
  const { problems, notAfter } = describeKeyPair(files, new Date());
  if (problems[0]) throw new KeyPairError(problems[0]);
  if (!files.privateKey) checkPrivateKeyVariable(keyPair, environment);

  const certificate = parseCertificate(readKeyFile(files.certificate), files.certificate);
  return {
    name,
    certificate: certificate.toString(),
    publicKey: publicKeyPem(certificate.publicKey),
    notAfter,
    privateKey: files.privateKey ? { file: files.privateKey } : { variable: privateKeyVariable(name) },
  };
}

/**
 * Throws a {@link KeyPairError} that names the command to create the pair. Only a missing certificate counts: where it
 * exists and cannot be read, reading it reports why.
 */
export function assertKeyPairExists({ name, files: { certificate } }: KeyPairSetting, projectDir = ""): void {
  try {
    accessSync(resolve(projectDir, certificate));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    throw new KeyPairError(
      `${certificate} does not exist: create the key pair with "npm run ivr -- keys create ${name}", or name another one in the configuration.`,
    );
  }
}

/** The environment variable that passes a private key to Terraform. */
export const privateKeyEnvironmentVariable = (keyPairName: string): string =>
  `TF_VAR_${privateKeyVariable(keyPairName)}`;

/**
 * Compares the private key in a key pair's environment variable with the pair's certificate.
 *
 * @returns `unset` where the variable is missing or empty
 * @throws KeyPairError where the variable does not hold the certificate's private key, or the certificate cannot be read
 */
export function checkPrivateKeyVariable(
  { name, files }: { name: string; files: Pick<KeyPairFiles, "certificate"> },
  environment: Environment,
): "unset" | "matches" {
  const variable = privateKeyEnvironmentVariable(name);
  const pem = environment[variable];
  if (!pem) return "unset";
  const privateKey = parsePrivateKey(pem, `The environment variable ${variable}`);
  const certificate = parseCertificate(readKeyFile(files.certificate), files.certificate);
  if (createPublicKey(privateKey).equals(certificate.publicKey)) return "matches";
  throw new KeyPairError(
    `The environment variable ${variable} and ${files.certificate} belong to different key pairs: set the variable to the private key of that certificate.`,
  );
}
