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

/** A reason why Connect cannot encrypt with a certificate. `day` is a date in UTC, such as `2027-01-31`. */
export type CertificateDefect =
  | { kind: "key-type"; type: string }
  | { kind: "key-size"; bits: number }
  | { kind: "public-key-length"; bits: number; characters: number }
  | { kind: "not-self-signed" }
  | { kind: "expired"; day: string }
  | { kind: "not-yet-valid"; day: string };

/**
 * The reasons why Connect cannot encrypt with a certificate and the uploaded public key. Connect publishes a flow with an
 * unusable key pair, and only the call fails.
 */
export function certificateDefects(certificate: X509Certificate, publicKey: KeyObject, now: Date): CertificateDefect[] {
  const keys = certificate.publicKey.equals(publicKey) ? [publicKey] : [certificate.publicKey, publicKey];
  const defects = keys.map(keyDefect).filter((defect) => defect !== undefined);
  if (defects.length === 0 && !isSignedBy(certificate, publicKey)) defects.push({ kind: "not-self-signed" });
  if (new Date(certificate.validTo) < now) defects.push({ kind: "expired", day: day(certificate.validTo) });
  if (new Date(certificate.validFrom) > now) defects.push({ kind: "not-yet-valid", day: day(certificate.validFrom) });
  return defects;
}

/** The {@link certificateDefects}, one sentence each. */
export const certificateProblems = (
  certificate: X509Certificate,
  publicKey: KeyObject,
  now: Date,
  where: string,
): string[] => [
  ...new Set(certificateDefects(certificate, publicKey, now).map((defect) => `${where} ${sentenceOf(defect)}`)),
];

function sentenceOf(defect: CertificateDefect): string {
  switch (defect.kind) {
    case "key-type":
      return `holds a key of the type ${defect.type}: Connect encrypts with RSA keys only.`;
    case "key-size":
      return `holds an RSA key of ${defect.bits} bits: use at least ${MIN_RSA_BITS}, better 4096.`;
    case "public-key-length":
      return `holds an RSA key of ${defect.bits} bits, a public key of ${defect.characters} characters: Connect takes ${MAX_PUBLIC_KEY_CHARACTERS} at most, so use 4096 bits.`;
    case "not-self-signed":
      return "is not signed by the key pair's own private key: its signature does not verify under the public key, so Connect would refuse it. Use a self-signed certificate of the same key pair.";
    case "expired":
      return `expired on ${defect.day}: make a new key pair.`;
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

/** Keys have the exponent 65537. A long one, in a certificate from anywhere, would take milliseconds to verify with. */
const MAX_EXPONENT = 2n ** 64n;

const isSignedBy = (certificate: X509Certificate, key: KeyObject): boolean =>
  (key.asymmetricKeyDetails?.publicExponent ?? 0n) < MAX_EXPONENT && certificate.verify(key);

const day = (date: string) => new Date(date).toISOString().slice(0, 10);
