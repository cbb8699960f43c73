import { buildDecrypt } from "@aws-crypto/decrypt-node";
import { CommitmentPolicy } from "@aws-crypto/material-management-node";
import type { DataKeyUnwrapper } from "./data-key-unwrapper";
import { EagerKeyring } from "./eager-keyring";
import { FastMaterialsManager } from "./materials-manager";
import { describeMessage, type WrappedDataKey } from "./message";
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

/**
 * Decrypts what Amazon Connect stored.
 *
 * @param message the AWS Encryption SDK message (bytes, not base64)
 * @param dataKey the message's only one ({@link readDataKeys})
 * @param unwrapper with the private key that the message was encrypted for
 */
export async function decryptCustomerInput(
  message: Uint8Array,
  dataKey: WrappedDataKey,
  unwrapper: DataKeyUnwrapper,
): Promise<SensitiveDigits> {
  // The longest part, begun first: what the SDK does until it needs the data key is done meanwhile.
  const unwrapped = unwrapper.unwrap(dataKey.bytes);
  try {
    const { plaintext } = await decrypt(new FastMaterialsManager(new EagerKeyring(dataKey, unwrapped)), message);
    const digits = new SensitiveDigits(plaintext.toString("utf8"));
    plaintext.fill(0);
    return digits;
  } catch {
    throw new DecryptionError(
      describeMessage(message).signature === "invalid" ? "tampered-message" : "wrong-private-key",
    );
  }
}
