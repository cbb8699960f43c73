import { sign } from "node:crypto";
import {
  buildClient,
  CommitmentPolicy,
  type EncryptionContext,
  type KeyringNode,
  type NodeAlgorithmSuite,
  NodeDefaultCryptographicMaterialsManager,
  type NodeEncryptionMaterial,
} from "@aws-crypto/client-node";
import { readMessage } from "../../encryption/message";

/** The SDK's own, which tells the key that a message is signed with. */
class KnownSigner extends NodeDefaultCryptographicMaterialsManager {
  signatureKey = "";

  override _initializeEncryptionMaterial(
    suite: NodeAlgorithmSuite,
    context: EncryptionContext,
  ): NodeEncryptionMaterial {
    const material = super._initializeEncryptionMaterial(suite, context);
    this.signatureKey = String(material.signatureKey?.privateKey);
    return material;
  }
}

/**
 * A message in frames of 5 bytes, and how somebody who wrote it could sign it anew when it was changed: what lies behind
 * the signature has to refuse it then.
 */
export async function messageAndSigner(
  keyring: KeyringNode,
  text: string,
): Promise<{ message: Buffer; signAnew: (signed: Uint8Array) => Buffer }> {
  const manager = new KnownSigner(keyring);
  const { encrypt } = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
  const { result: message } = await encrypt(manager, text, { suiteId: 0x0378, frameLength: 5 });
  const { signatureHash } = readMessage(message).suite;
  const signAnew = (signed: Uint8Array) => {
    const signature = sign(signatureHash, signed, manager.signatureKey);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(signature.length);
    return Buffer.concat([signed, length, signature]);
  };
  return { message, signAnew };
}
