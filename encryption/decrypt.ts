import { getDecryptionHelper, KeyringTraceFlag, NodeDecryptionMaterial } from "@aws-crypto/material-management-node";
import { aadFactory } from "@aws-crypto/serialize";
import type { DataKeyUnwrapper } from "./data-key-unwrapper";
import { bufferOf, type EncryptedMessage, isSignatureValid, onlyDataKey, type WrappedDataKey } from "./message";
import { SensitiveDigits } from "./sensitive-digits";

/** Why a well-formed message could not be decrypted. */
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

const { messageAAD, messageAADContentString } = aadFactory((text) => Buffer.from(text, "utf8"));

/**
 * Decrypts what Amazon Connect stored, with the SDK's parts but without its streams
 * (docs/decisions/0005-decryption-speed.md).
 *
 * Throws {@link DecryptionError}, or MalformedMessageError where there is not exactly one data key.
 *
 * @param unwrapper with the private key that the message was encrypted for
 */
export async function decryptCustomerInput(
  message: EncryptedMessage,
  unwrapper: DataKeyUnwrapper,
): Promise<SensitiveDigits> {
  const wrapped = onlyDataKey(message);
  // The longest part, begun first: the signature is checked meanwhile.
  const unwrapping = unwrapper.unwrap(wrapped.bytes);
  if (!isSignatureValid(message)) {
    unwrapping.then(wipe, () => {});
    throw new DecryptionError("tampered-message");
  }
  let plaintext: Buffer;
  try {
    plaintext = decipher(message, wrapped, await unwrapping);
  } catch {
    // One reason for all of it: whoever writes messages must not learn whether the data key's padding was right.
    throw new DecryptionError("wrong-private-key");
  }
  const digits = new SensitiveDigits(plaintext.toString("utf8"));
  wipe(plaintext);
  return digits;
}

/** Throws where header or body are not what was enciphered with this key, and wipes it. */
function decipher(
  { header, suite, frames }: EncryptedMessage,
  { provider, keyId }: WrappedDataKey,
  dataKey: Uint8Array,
): Buffer {
  const { messageHeader, rawHeader, headerAuth } = header;
  const { messageId, encryptionContext, contentType } = messageHeader;
  const material = new NodeDecryptionMaterial(suite, encryptionContext);
  const opened: Buffer[] = [];
  try {
    const { getDecipherInfo } = getDecryptionHelper(
      material.setUnencryptedDataKey(dataKey, {
        keyNamespace: provider,
        keyName: keyId,
        flags: KeyringTraceFlag.WRAPPING_KEY_DECRYPTED_DATA_KEY,
      }),
    );
    // A key-committing message tells which key it was enciphered with: another is refused here.
    const getDecipher = getDecipherInfo(messageId, "suiteData" in messageHeader ? messageHeader.suiteData : undefined);
    const open = (iv: Uint8Array, authenticated: Uint8Array, content: Uint8Array, tag: Uint8Array) => {
      const gcm = getDecipher(iv).setAAD(bufferOf(authenticated)).setAuthTag(bufferOf(tag));
      opened.push(gcm.update(bufferOf(content)));
      gcm.final(); // throws where the tag is another
    };
    open(headerAuth.headerIv, rawHeader, Buffer.alloc(0), headerAuth.headerAuthTag);
    for (const { iv, isFinalFrame, sequenceNumber, contentLength, content, tag } of frames) {
      const kind = messageAADContentString({ contentType, isFinalFrame });
      open(iv, messageAAD(messageId, kind, sequenceNumber, contentLength), content, tag);
    }
    return Buffer.concat(opened);
  } finally {
    for (const bytes of [dataKey, ...opened]) wipe(bytes);
    material.zeroUnencryptedDataKey();
  }
}

function wipe(bytes: Uint8Array): void {
  bytes.fill(0);
}
