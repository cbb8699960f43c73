import type { KeyObject, X509Certificate } from "node:crypto";
import { publicKeyPem } from "./pem";

/** Connect accepts a public key of at most this many characters (PEM). RSA keys of more than 5120 bits are longer. */
const MAX_PUBLIC_KEY_CHARACTERS = 1024;
export const MIN_RSA_BITS = 2048;
export const MILLISECONDS_PER_DAY = 86_400_000;

/** Enough time for a rotation without hurry. */
const ROTATION_DAYS = 60;

/** The parts of a certificate that a person reviews. Dates are ISO 8601 in UTC. */
export interface CertificateDescription {
  /** RSA modulus size */
  keyBits: number;
  subject: string;
  notBefore: string;
  notAfter: string;
  /** days until `notAfter`, rounded up; 0 or less after it */
  daysLeft: number;
  /** SHA-256, in the format of openssl */
  fingerprint: string;
}

export function describeCertificate(certificate: X509Certificate, now: Date): CertificateDescription {
  const notAfter = new Date(certificate.validTo).toISOString();
  return {
    keyBits: certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    // The subject is undefined if the certificate has none, although its type is string.
    subject: (certificate.subject as string | undefined)?.split("\n").join(", ") ?? "",
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter,
    daysLeft: daysUntil(notAfter, now),
    fingerprint: certificate.fingerprint256,
  };
}

/** @param notAfter ISO 8601 */
export const hasExpired = (notAfter: string, now: Date): boolean => new Date(notAfter) < now;

/**
 * Whether a certificate has expired or expires within 60 days, so that the next key pair is needed.
 *
 * @param notAfter ISO 8601
 */
export const isRotationDue = (notAfter: string, now: Date): boolean => daysUntil(notAfter, now) <= ROTATION_DAYS;

/**
 * A sentence about a certificate that expires within 60 days. A certificate that has expired is reported as an error
 * instead.
 */
export function expiryWarning({ name, notAfter }: { name: string; notAfter: string }, now: Date): string | undefined {
  if (!isRotationDue(notAfter, now) || hasExpired(notAfter, now)) return undefined;
  const days = daysUntil(notAfter, now);
  return `The certificate of the key pair ${name} expires on ${notAfter.slice(0, 10)}, in ${days} ${days === 1 ? "day" : "days"}. After that, Connect cannot encrypt with it and calls fail: move to a new key pair with "npm run ivr -- keys rotate".`;
}

/**
 * The reasons why Connect could not encrypt with this certificate and this uploaded public key, one sentence each. Connect
 * publishes a flow with an unusable key pair without an error, and only the call fails.
 *
 * @param where the certificate's file or other source, which the sentences name
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
      `${where} is not signed by the key pair's own private key: its signature does not verify with the public key, so Connect would reject it. Use a self-signed certificate of the same key pair.`,
    );
  }
  if (hasExpired(certificate.validTo, now)) {
    problems.push(`${where} expired on ${day(certificate.validTo)}: create a new key pair.`);
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
    return [`${where} holds an RSA key of ${bits} bits: use at least ${MIN_RSA_BITS} bits, preferably 4096.`];
  }
  const characters = publicKeyPem(key).length;
  if (characters > MAX_PUBLIC_KEY_CHARACTERS) {
    return [
      `${where} holds an RSA key of ${bits} bits, whose public key has ${characters} characters: Connect accepts at most ${MAX_PUBLIC_KEY_CHARACTERS}, so use 4096 bits.`,
    ];
  }
  return [];
}

const daysUntil = (date: string, now: Date): number =>
  Math.ceil((new Date(date).getTime() - now.getTime()) / MILLISECONDS_PER_DAY) || 0; // never -0

const day = (date: string) => new Date(date).toISOString().slice(0, 10);
