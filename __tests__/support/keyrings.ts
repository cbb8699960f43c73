import { RawRsaKeyringNode } from "@aws-crypto/client-node";
import type { KeyPair } from "../../encryption/key-pair";

/** A keyring that wraps data keys as Connect does, or, by another namespace, as somebody else. */
export const keyringFor = (pair: KeyPair, keyName: string, keyNamespace = "AmazonConnect"): RawRsaKeyringNode =>
  new RawRsaKeyringNode({ keyNamespace, keyName, oaepHash: "sha512", rsaKey: { publicKey: pair.publicKey } });
