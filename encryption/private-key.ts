import { createPrivateKey, type KeyObject } from "node:crypto";
import { KeyPairError } from "./key-pair-error";

/**
 * Reads an unencrypted private key in PEM form (PKCS#8, or PKCS#1 as older openssl writes it).
 *
 * @param where the file or place the text is from, for the error's sentence
 */
export function parsePrivateKey(pem: string, where: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new KeyPairError(
      `${where} is an encrypted private key: take its passphrase off with "openssl pkey -in FILE -out NEW-FILE", and keep the result as safe as the passphrase.`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new KeyPairError(`${where} is not a private key in PEM form ("-----BEGIN PRIVATE KEY-----").`);
  }
}
