import { constants, type KeyObject, privateDecrypt } from "node:crypto";
import { finished } from "node:stream/promises";
import { buildDecrypt } from "@aws-crypto/decrypt-node";
import { type AlgorithmSuite, VerificationKey } from "@aws-crypto/material-management";
import {
  CommitmentPolicy,
  type EncryptedDataKey,
  KeyringNode,
  KeyringTraceFlag,
  NodeDecryptionMaterial,
  type NodeMaterialsManager,
} from "@aws-crypto/material-management-node";
import { KEY_PROVIDER, OAEP_HASH } from "./connect-format";
import { type EncryptedMessage, isSignatureValid } from "./message";
import { SensitiveDigits } from "./sensitive-digits";
import { verificationKey } from "./verification-key";

/** Why a well-formed message could not be decrypted. */
export class DecryptionError extends Error {
  override name = "DecryptionError";

  constructor(readonly reason: "tampered-message" | "wrong-private-key") {
    super(
      reason === "tampered-message"
        ? "the message was changed after it was signed"
        : "the private key does not belong to the certificate that the message was encrypted with",
    );
  }
}

/** A private key that Connect's key id identifies. */
export interface DecryptionKey {
  keyId: string;
  privateKey: KeyObject;
}

const { decryptStream } = buildDecrypt({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT,
  maxEncryptedDataKeys: 1,
});

/**
 * Decrypts an input that Amazon Connect stored, with the AWS Encryption SDK
 * (docs/decisions/0005-decryption-speed.md). The buffers that held plaintext are wiped. Of a changed message, the SDK's streams
 * may hold a buffer that they never emit.
 *
 * @param key the key that the message was encrypted for
 * @throws DecryptionError
 */
export async function decryptCustomerInput(message: EncryptedMessage, key: DecryptionKey): Promise<SensitiveDigits> {
  const chunks: Buffer[] = [];
  try {
    await decryptTo(chunks, materialsManager(new ParsedKeyKeyring(key)), message.bytes);
    return digitsIn(chunks);
  } catch {
    // The reason depends on the signature only. The sender must not learn whether the data key's padding was correct.
    throw new DecryptionError(isSignatureValid(message) ? "wrong-private-key" : "tampered-message");
  } finally {
    wipe(chunks);
  }
}

/**
 * What the SDK's `decrypt` does: it waits until the SDK has verified the whole message. But `decrypt` returns a copy of the
 * stream's chunks and leaves the chunks themselves in memory.
 *
 * @param chunks receives the plaintext; not verified unless this function returns without an error
 */
async function decryptTo(chunks: Buffer[], manager: NodeMaterialsManager, message: Uint8Array): Promise<void> {
  const stream = decryptStream(manager);
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.end(message);
  await finished(stream);
}

function digitsIn(chunks: readonly Buffer[]): SensitiveDigits {
  const plaintext = Buffer.concat(chunks);
  try {
    return new SensitiveDigits(plaintext.toString("utf8"));
  } finally {
    wipe([plaintext]);
  }
}

function wipe(buffers: readonly Buffer[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

/**
 * Unwraps a data key with a private key that is already parsed. The SDK's `RawRsaKeyringNode` takes the key as PEM text and
 * parses it for each message.
 */
class ParsedKeyKeyring extends KeyringNode {
  constructor(readonly key: DecryptionKey) {
    super();
  }

  override async _onDecrypt(
    material: NodeDecryptionMaterial,
    dataKeys: EncryptedDataKey[],
  ): Promise<NodeDecryptionMaterial> {
    const { keyId, privateKey } = this.key;
    const wrapped = dataKeys.find((one) => one.providerId === KEY_PROVIDER && one.providerInfo === keyId);
    if (!wrapped) throw new Error("The message has no data key for this private key.");
    const dataKey = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH },
      wrapped.encryptedDataKey,
    );
    try {
      return material.setUnencryptedDataKey(dataKey, {
        keyNamespace: KEY_PROVIDER,
        keyName: keyId,
        flags: KeyringTraceFlag.WRAPPING_KEY_DECRYPTED_DATA_KEY,
      });
    } finally {
      dataKey.fill(0);
    }
  }

  override async _onEncrypt(): Promise<never> {
    throw new Error("This keyring only decrypts.");
  }
}

/** Replaces the SDK's default materials manager, whose decompression of the signature's public key is slow. */
const materialsManager = (keyring: KeyringNode): NodeMaterialsManager => ({
  decryptMaterials: async ({ suite, encryptionContext, encryptedDataKeys }) =>
    keyring.onDecrypt(
      new NodeDecryptionMaterial(suite, encryptionContext).setVerificationKey(
        toSdkKey(verificationKey(suite, encryptionContext), suite),
      ),
      encryptedDataKeys.slice(),
    ),
  getEncryptionMaterials: async () => {
    throw new Error("This materials manager only decrypts.");
  },
});

/** The SDK passes the key on to Node's `Verify`, which accepts a `KeyObject`. Only the SDK's type does not allow it. */
const toSdkKey = (key: KeyObject, suite: AlgorithmSuite): VerificationKey =>
  new VerificationKey(key as unknown as ConstructorParameters<typeof VerificationKey>[0], suite);
