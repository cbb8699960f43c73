import type { KeyObject } from "node:crypto";
import { buildDecrypt } from "@aws-crypto/decrypt-node";
import { type AwsEsdkKeyObject, CommitmentPolicy } from "@aws-crypto/material-management-node";
import { RawRsaKeyringNode } from "@aws-crypto/raw-rsa-keyring-node";
import { KEY_PROVIDER, OAEP_HASH } from "./connect-format";
import { FastMaterialsManager } from "./materials-manager";
import { describeMessage } from "./message";
import { SensitiveDigits } from "./sensitive-digits";

/** Why a well-formed message could not be decrypted. The SDK's own error is left out: it cannot tell these apart. */
export class DecryptionError extends Error {
  override name = "DecryptionError";

  constructor(readonly reason: "tampered-message" | "wrong-private-key") {
    super(
      reason === "tampered-message"
        ? "the message was changed after it was signed"
        : "the private key does not belong to the certificate that the message was encrypted under",
    );
  }
}

// The default policy refuses Connect's suite, which does not commit to its key; this one takes both kinds.
const { decrypt } = buildDecrypt({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT,
  maxEncryptedDataKeys: 1,
});

/** Whom a message was encrypted for */
interface Recipient {
  keyId: string;
  privateKey: KeyObject;
}

/** Made once for each private key, and gone with it. */
const managers = new WeakMap<KeyObject, { keyId: string; manager: FastMaterialsManager }>();

/**
 * Decrypts what Amazon Connect stored. Check provider and key id of the message first ({@link readDataKeys}): the SDK
 * answers a wrong one in the same words as a wrong private key.
 *
 * @param message the AWS Encryption SDK message (bytes, not base64)
 */
export async function decryptCustomerInput(message: Uint8Array, recipient: Recipient): Promise<SensitiveDigits> {
  try {
    const { plaintext } = await decrypt(managerFor(recipient), message);
    const digits = new SensitiveDigits(plaintext.toString("utf8"));
    plaintext.fill(0);
    return digits;
  } catch {
    throw new DecryptionError(
      describeMessage(message).signature === "invalid" ? "tampered-message" : "wrong-private-key",
    );
  }
}

function managerFor({ keyId, privateKey }: Recipient): FastMaterialsManager {
  const known = managers.get(privateKey);
  if (known?.keyId === keyId) return known.manager;
  const manager = new FastMaterialsManager(
    new RawRsaKeyringNode({
      keyNamespace: KEY_PROVIDER,
      keyName: keyId,
      oaepHash: OAEP_HASH,
      rsaKey: { privateKey: privateKey as AwsEsdkKeyObject },
    }),
  );
  managers.set(privateKey, { keyId, manager });
  return manager;
}
