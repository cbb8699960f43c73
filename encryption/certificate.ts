import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { KeyPairError } from "./key-pair-error";

/** Connect takes an uploaded public key of at most this many characters (PEM), which RSA reaches above 5120 bits. */
const MAX_PUBLIC_KEY_CHARACTERS = 1024;
export const MIN_RSA_BITS = 2048;
export const MILLISECONDS_A_DAY = 86_400_000;

/** What a person reviews of a certificate. Dates are ISO 8601 in UTC. */
export interface CertificateDescription {
  /** RSA modulus size */
  keyBits: number;
  subject: string;
  notBefore: string;
  notAfter: string;
  /** days until `notAfter`, a begun one counted; 0 or less once it is past */
  daysLeft: number;
  /** SHA-256, as openssl prints it */
  fingerprint: string;
}

/** @param where the file or place the text is from, for the error's sentence */
export function parseCertificate(pem: string, where: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new KeyPairError(`${where} is not an X.509 certificate in PEM form ("-----BEGIN CERTIFICATE-----").`);
  }
}

/** @param where the file or place the text is from, for the error's sentence */
export function parsePublicKey(pem: string, where: string): KeyObject {
  try {
    if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) throw new Error("not a public key");
    return createPublicKey(pem);
  } catch {
    throw new KeyPairError(`${where} is not a public key in PEM form ("-----BEGIN PUBLIC KEY-----").`);
  }
}

/** The public key in the form that is uploaded to Connect. */
export function publicKeyPem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

export function describeCertificate(certificate: X509Certificate, now: Date): CertificateDescription {
  const notAfter = new Date(certificate.validTo);
  return {
    keyBits: certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    // empty where the certificate has no subject, whatever the types say
    subject: (certificate.subject as string | undefined)?.split("\n").join(", ") ?? "",
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: notAfter.toISOString(),
    daysLeft: Math.ceil((notAfter.getTime() - now.getTime()) / MILLISECONDS_A_DAY) || 0,
    fingerprint: certificate.fingerprint256,
  };
}

/**
 * Why Connect could not encrypt with this certificate under this uploaded public key, one sentence each; none when it
 * can. Connect publishes a flow with an unusable pair and only fails the call, so this is the place to find out.
 */
export function certificateProblems(
  certificate: X509Certificate,
  publicKey: KeyObject,
  now: Date,
  where: string,
): string[] {
  const problems = [...new Set([...keyProblems(certificate.publicKey, where), ...keyProblems(publicKey, where)])];
  if (problems.length === 0 && !certificate.verify(publicKey)) {
    problems.push(
      `${where} is not signed by the key pair's own private key: its signature does not verify under the public key, so Connect would refuse it. Use a self-signed certificate of the same key pair.`,
    );
  }
  if (new Date(certificate.validTo) < now) {
    problems.push(`${where} expired on ${day(certificate.validTo)}: make a new key pair.`);
  }
  if (new Date(certificate.validFrom) > now) {
    problems.push(
      `${where} is not valid before ${day(certificate.validFrom)}: wait until then, or check this machine's clock.`,
    );
  }
  return problems;
}

function keyProblems(key: KeyObject, where: string): string[] {
  if (key.asymmetricKeyType !== "rsa") {
    return [`${where} holds a key of the type ${key.asymmetricKeyType}: Connect encrypts with RSA keys only.`];
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_RSA_BITS) {
    return [`${where} holds an RSA key of ${bits} bits: use at least ${MIN_RSA_BITS}, better 4096.`];
  }
  const characters = publicKeyPem(key).length;
  if (characters > MAX_PUBLIC_KEY_CHARACTERS) {
    return [
      `${where} holds an RSA key of ${bits} bits, a public key of ${characters} characters: Connect takes ${MAX_PUBLIC_KEY_CHARACTERS} at most, so use 4096 bits.`,
    ];
  }
  return [];
}

const day = (date: string) => new Date(date).toISOString().slice(0, 10);
