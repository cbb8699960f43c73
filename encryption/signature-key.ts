import { createPublicKey, type KeyObject } from "node:crypto";

/** The encryption context's entry for the public key that a message is signed with */
export const SIGNATURE_PUBLIC_KEY = "aws-crypto-public-key";

/** The curves of the SDK's signing suites: what stands before a compressed point in a SubjectPublicKeyInfo, and its bytes. */
const CURVES = {
  prime256v1: { prefix: "3039301306072a8648ce3d020106082a8648ce3d030107032200", bytes: 33 },
  secp384r1: { prefix: "3046301006072a8648ce3d020106052b81040022033200", bytes: 49 },
} as const;

/**
 * The public key of a message's signature. OpenSSL decompresses the point, and refuses what is not on the curve.
 *
 * @param compressedBase64 a compressed point, as the encryption context has it; throws where it is none of the curve's
 */
export function signatureKey(compressedBase64: string, curve: keyof typeof CURVES): KeyObject {
  const { prefix, bytes } = CURVES[curve];
  const point = Buffer.from(compressedBase64, "base64");
  if (point.length !== bytes) throw new Error("not a compressed point of the curve");
  // Not as a JWK, which OpenSSL checks with a multiplication that takes as long as the signature's own check.
  return createPublicKey({ key: Buffer.concat([Buffer.from(prefix, "hex"), point]), format: "der", type: "spki" });
}
