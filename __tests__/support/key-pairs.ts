// Before @peculiar/x509, which asks for it.
import "reflect-metadata";
import { createPublicKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { createKeyPair, type KeyPair } from "../../encryption/key-pair";

/** Small, to be made fast; whole calls use the size that is deployed. */
export const smallKeyPair = (): Promise<KeyPair> => createKeyPair({ bits: 2048 });

const DAY = 86_400_000;
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** A certificate of the pair's own public key, with other dates or signed by another key. */
export async function certificateFor(
  pair: KeyPair,
  { fromDay = -10, toDay = 10, signedBy = pair }: { fromDay?: number; toDay?: number; signedBy?: KeyPair },
): Promise<string> {
  const derOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const signingKey = await webcrypto.subtle.importKey("pkcs8", derOf(signedBy.privateKey), ALGORITHM, false, ["sign"]);
  const publicKey = await webcrypto.subtle.importKey("spki", derOf(pair.publicKey), ALGORITHM, true, ["verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: "01",
    subject: "CN=test",
    issuer: "CN=test",
    notBefore: new Date(Date.now() + fromDay * DAY),
    notAfter: new Date(Date.now() + toDay * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey,
  });
  return `${certificate.toString("pem")}\n`;
}

export const publicKeyOf = (pair: KeyPair) => createPublicKey(pair.publicKey);
