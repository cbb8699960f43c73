import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from "@aws-crypto/client-node";
import type { KeyPair } from "../../encryption/key-pair";

/** The SDK's keyring that wraps data keys as Connect does, or, with another namespace, as another provider. */
export const keyringFor = (pair: KeyPair, keyName: string, keyNamespace = "AmazonConnect"): RawRsaKeyringNode =>
  new RawRsaKeyringNode({ keyNamespace, keyName, oaepHash: "sha512", rsaKey: { publicKey: pair.publicKey } });

const { decrypt } = buildClient({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT,
  maxEncryptedDataKeys: 1,
});

/** Decrypts with the SDK's own keyring and materials manager. Returns undefined if the SDK rejects the message. */
export async function decryptedBySdk(message: Uint8Array, pair: KeyPair, keyName: string): Promise<string | undefined> {
  const rsaKey = { privateKey: pair.privateKey };
  const keyring = new RawRsaKeyringNode({ keyNamespace: "AmazonConnect", keyName, oaepHash: "sha512", rsaKey });
  return decrypt(keyring, message).then(
    ({ plaintext }) => plaintext.toString("utf8"),
    () => undefined,
  );
}
