import {
  type EncryptedDataKey,
  KeyringNode,
  KeyringTraceFlag,
  type NodeDecryptionMaterial,
} from "@aws-crypto/material-management-node";
import type { WrappedDataKey } from "./message";

/** For one message, whose data key is being unwrapped already when the SDK asks for it. */
export class EagerKeyring extends KeyringNode {
  constructor(
    readonly wrapped: WrappedDataKey,
    readonly unwrapped: Promise<Uint8Array>,
  ) {
    super();
    this.unwrapped.catch(() => {}); // for the case that the SDK never asks
  }

  override async _onDecrypt(
    material: NodeDecryptionMaterial,
    encryptedDataKeys: EncryptedDataKey[],
  ): Promise<NodeDecryptionMaterial> {
    if (!encryptedDataKeys.some((key) => this.#isOurs(key))) return material; // with no data key, which the SDK refuses
    return material.setUnencryptedDataKey(await this.unwrapped, {
      keyNamespace: this.wrapped.provider,
      keyName: this.wrapped.keyId,
      flags: KeyringTraceFlag.WRAPPING_KEY_DECRYPTED_DATA_KEY,
    });
  }

  override async _onEncrypt(): Promise<never> {
    throw new Error("this keyring is for decrypting one message");
  }

  #isOurs({ providerId, providerInfo, encryptedDataKey }: EncryptedDataKey): boolean {
    const { provider, keyId, bytes } = this.wrapped;
    return providerId === provider && providerInfo === keyId && Buffer.compare(encryptedDataKey, bytes) === 0;
  }
}
