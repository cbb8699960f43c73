// @peculiar/x509 needs this polyfill to be loaded first.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** Key and self-signed certificate of a TLS server, as PEM. */
export interface TlsCertificate {
  key: string;
  cert: string;
}

const DAY = 86_400_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A self-signed certificate for a host name or an IP address. */
export async function tlsCertificate(
  type: "dns" | "ip",
  host: string,
  { toDay = 10 }: { toDay?: number } = {},
): Promise<TlsCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=test endpoint",
    notBefore: new Date(Date.now() - 10 * DAY),
    notAfter: new Date(Date.now() + toDay * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type, value: host }]),
    ],
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { key, cert: `${certificate.toString("pem")}\n` };
}
