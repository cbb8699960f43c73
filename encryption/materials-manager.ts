import { VerificationKey } from "@aws-crypto/material-management";
import {
  type EncryptionContext,
  type NodeAlgorithmSuite,
  NodeDecryptionMaterial,
  NodeDefaultCryptographicMaterialsManager,
} from "@aws-crypto/material-management-node";
import { SIGNATURE_PUBLIC_KEY, signatureKey } from "./signature-key";

/**
 * The SDK's default manager, but OpenSSL decompresses the point of the signature's key. The SDK does that in big-number
 * code in JavaScript, which is slow (docs/decisions/0005-decryption-speed.md).
 */
export class FastMaterialsManager extends NodeDefaultCryptographicMaterialsManager {
  override _initializeDecryptionMaterial(
    suite: NodeAlgorithmSuite,
    context: EncryptionContext,
  ): NodeDecryptionMaterial {
    const compressed = context[SIGNATURE_PUBLIC_KEY];
    // The SDK's own checks: a suite that signs without a key, and a key without a suite that signs.
    if (!suite.signatureCurve || !compressed) return super._initializeDecryptionMaterial(suite, context);
    // Declared as PEM; the SDK hands it to crypto.Verify as it is, which takes a KeyObject as well.
    const publicKey = signatureKey(compressed, suite.signatureCurve) as never;
    return new NodeDecryptionMaterial(suite, context).setVerificationKey(new VerificationKey(publicKey, suite));
  }
}
