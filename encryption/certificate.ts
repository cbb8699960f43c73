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

/** A reason why Connect cannot encrypt with a certificate. `day` is a date in UTC, such as `2027-01-31`. */
export type CertificateDefect =
  | { kind: "key-type"; type: string }
  | { kind: "key-size"; bits: number }
  | { kind: "public-key-length"; bits: number; characters: number }
  | { kind: "not-self-signed" }
  | { kind: "expired"; day: string }
  | { kind: "not-yet-valid"; day: string };

/**
 * The reasons why Connect could not encrypt with this certificate and this uploaded public key. Connect publishes a flow
 * with an unusable key pair without an error, and only the call fails.
 */
export function certificateDefects(certificate: X509Certificate, publicKey: KeyObject, now: Date): CertificateDefect[] {
  const keys = certificate.publicKey.equals(publicKey) ? [publicKey] : [certificate.publicKey, publicKey];
  const defects = keys.map(keyDefect).filter((defect) => defect !== undefined);
  if (defects.length === 0 && !isSignedBy(certificate, publicKey)) defects.push({ kind: "not-self-signed" });
  if (hasExpired(certificate.validTo, now)) defects.push({ kind: "expired", day: day(certificate.validTo) });
  if (new Date(certificate.validFrom) > now) defects.push({ kind: "not-yet-valid", day: day(certificate.validFrom) });
  return defects;
}

/**
 * The {@link certificateDefects}, one sentence each.
 *
 * @param where the certificate's file or other source, which the sentences name
 */
export const certificateProblems = (
  certificate: X509Certificate,
  publicKey: KeyObject,
  now: Date,
  where: string,
): string[] => [
  ...new Set(certificateDefects(certificate, publicKey, now).map((defect) => `${where} ${describeDefect(defect)}`)),
];

function describeDefect(defect: CertificateDefect): string {
  switch (defect.kind) {
    case "key-type":
      return `holds a key of the type ${defect.type}: Connect encrypts with RSA keys only.`;
    case "key-size":
      return `holds an RSA key of ${defect.bits} bits: use at least ${MIN_RSA_BITS} bits, preferably 4096.`;
    case "public-key-length":
      return `holds an RSA key of ${defect.bits} bits, whose public key has ${defect.characters} characters: Connect accepts at most ${MAX_PUBLIC_KEY_CHARACTERS}, so use 4096 bits.`;
    case "not-self-signed":
      return "is not signed by the key pair's own private key: its signature does not verify with the public key, so Connect would reject it. Use a self-signed certificate of the same key pair.";
    case "expired":
      return `expired on ${defect.day}: create a new key pair.`;
    case "not-yet-valid":
      return `is not valid before ${defect.day}: wait until then, or check this machine's clock.`;
  }
}

function keyDefect(key: KeyObject): CertificateDefect | undefined {
  if (key.asymmetricKeyType !== "rsa") return { kind: "key-type", type: String(key.asymmetricKeyType) };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_RSA_BITS) return { kind: "key-size", bits };
  const characters = publicKeyPem(key).length;
  return characters > MAX_PUBLIC_KEY_CHARACTERS ? { kind: "public-key-length", bits, characters } : undefined;
}

/** Keys have the exponent 65537. Verification with a much larger one takes milliseconds, and a flow can have many. */
const MAX_EXPONENT = 2n ** 64n;

const isSignedBy = (certificate: X509Certificate, key: KeyObject): boolean =>
  (key.asymmetricKeyDetails?.publicExponent ?? 0n) < MAX_EXPONENT && certificate.verify(key);

const daysUntil = (date: string, now: Date): number =>
  Math.ceil((new Date(date).getTime() - now.getTime()) / MILLISECONDS_PER_DAY) || 0; // never -0

const day = (date: string) => new Date(date).toISOString().slice(0, 10);
