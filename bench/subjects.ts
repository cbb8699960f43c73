import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, privateDecrypt, verify } from "node:crypto";
import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from "@aws-crypto/client-node";
import { KEY_PROVIDER, OAEP_HASH } from "../encryption/connect-format";
import { DataKeyUnwrapper } from "../encryption/data-key-unwrapper";
import { decryptCustomerInput } from "../encryption/decrypt";
import { encryptCustomerInput } from "../encryption/encrypt";
import { decodeMessage, onlyDataKey, readMessage } from "../encryption/message";
import { SensitiveDigits } from "../encryption/sensitive-digits";
import { SIGNATURE_PUBLIC_KEY, signatureKey } from "../encryption/signature-key";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";

/** The ways to decrypt one message of 16 digits, under an RSA key of so many bits. */
export async function waysToDecrypt(modulusLength: number) {
  const { publicKey, privateKey: made } = generateKeyPairSync("rsa", { modulusLength });
  const pem = made.export({ type: "pkcs8", format: "pem" }) as string;
  const privateKey = createPrivateKey(pem);
  const unwrapper = new DataKeyUnwrapper(privateKey);
  const message = decodeMessage(
    await encryptCustomerInput(new SensitiveDigits("4111111111111111"), { keyId: KEY_ID, publicKey }),
  );
  return {
    floor: floorOf(message, privateKey),
    ours: () => decryptCustomerInput(readMessage(message), unwrapper),
    /** as AWS's samples have it: client and keyring from the PEM, for each message */
    sdk: () => {
      const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
      const keyring = new RawRsaKeyringNode({
        keyNamespace: KEY_PROVIDER,
        keyName: KEY_ID,
        oaepHash: OAEP_HASH,
        rsaKey: { privateKey: pem },
      });
      return decrypt(keyring, message);
    },
  };
}

/**
 * The two operations that no way of decrypting a message can leave out, on the message's own bytes: the private-key
 * operation that unwraps its data key, and the check of its signature.
 */
export function floorOf(message: Buffer, privateKey: KeyObject): () => void {
  const read = readMessage(message);
  const { bytes: wrappedKey } = onlyDataKey(read);
  const { header, signed, signature } = read;
  const point = header.messageHeader.encryptionContext[SIGNATURE_PUBLIC_KEY];
  if (!point) throw new Error("the message is none of Connect's");
  const signer = signatureKey(point, "secp384r1");
  const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH };
  return () => {
    privateDecrypt(key, wrappedKey);
    if (!verify("sha384", signed, signer, signature)) throw new Error("the signature does not hold");
  };
}
