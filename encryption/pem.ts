import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";

/** A key pair cannot be used. The message is one sentence for the user and contains nothing of a private key. */
export class KeyPairError extends Error {
  override name = "KeyPairError";
}

/**
 * Reads an unencrypted private key in PEM form: PKCS#8, or PKCS#1 as older openssl versions write it.
 *
 * @param where the file or other source of the text, which the error names
 * @throws KeyPairError
 */
export function parsePrivateKey(pem: string, where: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new KeyPairError(
      `${where} is an encrypted private key: decrypt it with "openssl pkey -in FILE -out NEW-FILE", and protect the new file as you protect the passphrase.`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new KeyPairError(`${where} is not a private key in PEM form ("-----BEGIN PRIVATE KEY-----").`);
  }
}

/**
 * @param where the file or other source of the text, which the error names
 * @throws KeyPairError
 */
export function parsePublicKey(pem: string, where: string): KeyObject {
  try {
    if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) throw new Error("not a public key");
    return createPublicKey(pem);
  } catch {
    throw new KeyPairError(`${where} is not a public key in PEM form ("-----BEGIN PUBLIC KEY-----").`);
  }
}

/**
 * @param where the file or other source of the text, which the error names
 * @throws KeyPairError
 */
export function parseCertificate(pem: string, where: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new KeyPairError(`${where} is not an X.509 certificate in PEM form ("-----BEGIN CERTIFICATE-----").`);
  }
}

/** The public key in the form that is uploaded to Connect. */
export function publicKeyPem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}
