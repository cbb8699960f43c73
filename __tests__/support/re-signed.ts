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

/** The SDK's own materials manager. It remembers the private key that a message is signed with. */
class RememberedSigner extends NodeDefaultCryptographicMaterialsManager {
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
 * Encrypts a text in frames of 5 bytes. `resign` signs a changed header and body, as the writer of a message can: only the
 * checks after the signature can reject the result.
 */
export async function messageAndSigner(
  keyring: KeyringNode,
  text: string,
): Promise<{ message: Buffer; resign: (signed: Uint8Array) => Buffer }> {
  const manager = new RememberedSigner(keyring);
  const { encrypt } = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
  const { result: message } = await encrypt(manager, text, { suiteId: 0x0378, frameLength: 5 });
  const { signatureHash } = readMessage(message).suite;
  const resign = (signed: Uint8Array) => {
    const signature = sign(signatureHash, signed, manager.signatureKey);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(signature.length);
    return Buffer.concat([signed, length, signature]);
  };
  return { message, resign };
}
