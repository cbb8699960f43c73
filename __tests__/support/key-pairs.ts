// Before @peculiar/x509, which asks for it.
import "reflect-metadata";
import { createPublicKey, webcrypto } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { createKeyPair, type KeyPair } from "../../encryption/key-pair";
import { keyPairFiles } from "../../encryption/key-pair-files";

let smallPairs = 0;

/** An RSA-2048 key pair, another one for each call in a test file. The first three are shared with other files. */
export async function smallKeyPair(): Promise<KeyPair> {
  const shared = sharedKeyPair(`small-${smallPairs}`);
  smallPairs += 1;
  return shared ?? createKeyPair({ bits: 2048 });
}

/** An RSA-4096 key pair, the size that is deployed. All test files share it. */
export const largeKeyPair = async (): Promise<KeyPair> => sharedKeyPair("large") ?? createKeyPair();

function sharedKeyPair(name: string): KeyPair | undefined {
  const files = keyPairFiles(join(String(process.env.IVR_TEST_KEYS), name));
  if (!existsSync(files.privateKey)) return undefined;
  const read = (file: string) => readFileSync(file, "utf8");
  return {
    privateKey: read(files.privateKey),
    certificate: read(files.certificate),
    publicKey: read(files.publicKey),
  };
}

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
