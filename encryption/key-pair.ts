// @peculiar/x509 needs this polyfill to be loaded first.
import "reflect-metadata";
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { certificateProblems, MILLISECONDS_PER_DAY, MIN_RSA_BITS } from "./certificate";
import { KeyPairError, parseCertificate, publicKeyPem } from "./pem";

/** A key pair for Connect, as PEM texts: PKCS#8, X.509 and SubjectPublicKeyInfo. */
export interface KeyPair {
  privateKey: string;
  certificate: string;
  publicKey: string;
}

export interface KeyPairOptions {
  /** RSA modulus size, default 4096 */
  bits?: number;
  /** days that the certificate is valid from now, default 730 */
  days?: number;
  /** distinguished name such as `CN=card capture, O=Example` */
  subject?: string;
}

/** The public key of a larger key is longer than the 1024 characters that Connect accepts. */
const MAX_BITS = 5120;
/** This machine's clock may be ahead of AWS's clocks, and the certificate must be valid there, too. */
const CLOCK_SKEW_MILLISECONDS = 5 * 60_000;
const SIGNING_ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]) };

/**
 * Creates an RSA key pair and a self-signed certificate, with the values of AWS's blog post by default (RSA 4096, SHA-256,
 * 730 days).
 *
 * @throws KeyPairError if Connect could not use the options
 */
export async function createKeyPair(options: KeyPairOptions = {}): Promise<KeyPair> {
  const { bits = 4096, days = 730, subject = "CN=Amazon Connect customer input" } = options;
  if (bits < MIN_RSA_BITS || bits > MAX_BITS || bits % 8 !== 0) {
    throw new KeyPairError(
      `A key of ${bits} bits cannot be used: Connect accepts RSA keys of ${MIN_RSA_BITS} to ${MAX_BITS} bits (in steps of 8), and AWS's blog post uses 4096.`,
    );
  }
  const name = parseSubject(subject);
  const notBefore = new Date(Date.now() - CLOCK_SKEW_MILLISECONDS);
  const keys = await webcrypto.subtle.generateKey({ ...SIGNING_ALGORITHM, modulusLength: bits }, true, [
    "sign",
    "verify",
  ]);
  // RFC 5280 requires a positive serial number.
  const serialNumber = `0${randomBytes(16).toString("hex").slice(1)}`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name,
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * MILLISECONDS_PER_DAY),
    signingAlgorithm: SIGNING_ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const privateKey = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return importKeyPair(
    {
      privateKey: createPrivateKey({ key: privateKey, format: "der", type: "pkcs8" }),
      certificate: certificate.toString("pem"),
    },
    { privateKey: "the new private key", certificate: "the new certificate" },
  );
}

/**
 * Checks that Connect can use an existing private key and certificate, and returns them in the form that
 * {@link createKeyPair} returns.
 *
 * @param where the sources of the two, which the error names
 * @throws KeyPairError
 */
export function importKeyPair(
  pair: { privateKey: KeyObject; certificate: string },
  where: { privateKey: string; certificate: string },
): KeyPair {
  const certificate = parseCertificate(pair.certificate, where.certificate);
  const publicKey = createPublicKey(pair.privateKey);
  if (!certificate.publicKey.equals(publicKey)) {
    throw new KeyPairError(
      `${where.certificate} does not belong to ${where.privateKey}: it does not verify with the public key of that private key. Name the certificate of the same key pair.`,
    );
  }
  const [problem] = certificateProblems(certificate, publicKey, new Date(), where.certificate);
  if (problem) throw new KeyPairError(problem);
  return {
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `${certificate.toString().trim()}\n`,
    publicKey: publicKeyPem(publicKey),
  };
}

function parseSubject(subject: string): string {
  try {
    const names = new x509.Name(subject).toJSON().flatMap((part) => Object.values(part).flat());
    // X.520 limits a common name to 64 characters.
    const valid = names.every((value) => typeof value === "string" && /^[^\p{Cc}]{1,64}$/u.test(value));
    if (names.length > 0 && valid) return subject;
  } catch {
    // The error below replaces the library's own.
  }
  throw new KeyPairError(
    `"${subject}" is not a distinguished name: write it as "CN=card capture, O=Example", with up to 64 characters for each part.`,
  );
}
