import { type AlgorithmSuite, type EncryptionContext, VerificationKey } from "@aws-crypto/material-management";
import { ENCODED_SIGNER_KEY } from "@aws-crypto/serialize";

/** Bytes of a compressed point, for the curves of the SDK's signing algorithm suites. */
const COMPRESSED_POINT_BYTES: Readonly<Record<string, number>> = { prime256v1: 33, secp384r1: 49 };

/**
 * The public key that verifies a message's signature. Each message is signed with its own key, and its encryption context
 * contains the public key as a compressed point.
 *
 * The SDK decompresses the point with big-number code in JavaScript, which takes about 1 ms. This function leaves the point
 * as it is: OpenSSL decompresses it, and rejects a point that is not on the curve, when the key is used.
 *
 * Throws if the suite does not sign, or if the context has no compressed point of the suite's curve.
 */
export function verificationKey(
  suite: AlgorithmSuite,
  encryptionContext: Readonly<EncryptionContext>,
): VerificationKey {
  const point = Buffer.from(encryptionContext[ENCODED_SIGNER_KEY] ?? "", "base64");
  if (point.length !== COMPRESSED_POINT_BYTES[String(suite.signatureCurve)]) {
    throw new Error("The encryption context has no compressed point of the suite's curve.");
  }
  return new VerificationKey(point, suite);
}
