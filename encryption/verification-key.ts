import { createPublicKey, type KeyObject } from "node:crypto";
import type { AlgorithmSuite, EncryptionContext } from "@aws-crypto/material-management";
import { ENCODED_SIGNER_KEY } from "@aws-crypto/serialize";

/** The curves of the SDK's signing algorithm suites. A SubjectPublicKeyInfo is `prefix` (DER) and a compressed point. */
const CURVES: Readonly<Record<string, { prefix: string; pointBytes: number }>> = {
  prime256v1: { prefix: "3039301306072a8648ce3d020106082a8648ce3d030107032200", pointBytes: 33 },
  secp384r1: { prefix: "3046301006072a8648ce3d020106052b81040022033200", pointBytes: 49 },
};

/**
 * The public key that verifies a message's signature. Each message is signed with its own key, and its encryption context
 * contains the public key as a compressed point.
 *
 * OpenSSL decompresses the point here. The SDK does it with big-number code in JavaScript, which takes about 1 ms. An import
 * as JWK would be slow, too: OpenSSL would then check the key with a multiplication that takes as long as a verification.
 *
 * Throws if the suite does not sign, if the context has no compressed point of the suite's curve, or if the point is not on
 * the curve.
 */
export function verificationKey(suite: AlgorithmSuite, encryptionContext: Readonly<EncryptionContext>): KeyObject {
  const curve = CURVES[String(suite.signatureCurve)];
  const point = Buffer.from(encryptionContext[ENCODED_SIGNER_KEY] ?? "", "base64");
  if (point.length !== curve?.pointBytes) {
    throw new Error("The encryption context has no compressed point of the suite's curve.");
  }
  return createPublicKey({
    key: Buffer.concat([Buffer.from(curve.prefix, "hex"), point]),
    format: "der",
    type: "spki",
  });
}
