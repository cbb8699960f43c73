import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, privateDecrypt, verify } from "node:crypto";
import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from "@aws-crypto/client-node";
import { NodeAlgorithmSuite } from "@aws-crypto/material-management-node";
import { decodeBodyHeader, deserializeFactory } from "@aws-crypto/serialize";
import { KEY_PROVIDER, OAEP_HASH } from "../encryption/connect-format";
import { DataKeyUnwrapper } from "../encryption/data-key-unwrapper";
import { decryptCustomerInput } from "../encryption/decrypt";
import { encryptCustomerInput } from "../encryption/encrypt";
import { decodeMessage, readDataKeys } from "../encryption/message";
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
    ours: () => {
      const [dataKey] = readDataKeys(message);
      return dataKey && decryptCustomerInput(message, dataKey, unwrapper);
    },
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
  const { wrappedKey, signed, signature, signer } = partsOf(message);
  const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH };
  return () => {
    privateDecrypt(key, wrappedKey);
    if (!verify("sha384", signed, signer, signature)) throw new Error("the signature does not hold");
  };
}

/** Of a message with a single frame, as one input of a caller's is. */
function partsOf(message: Buffer) {
  const { deserializeMessageHeader } = deserializeFactory(
    (bytes) => Buffer.from(bytes).toString("utf8"),
    NodeAlgorithmSuite,
  );
  const header = deserializeMessageHeader(message);
  const frame = header && decodeBodyHeader(message, header, header.headerLength + header.headerAuth.headerAuthLength);
  const [dataKey] = header ? header.messageHeader.encryptedDataKeys : [];
  const point = header ? header.messageHeader.encryptionContext[SIGNATURE_PUBLIC_KEY] : undefined;
  if (!frame || !dataKey || !point) throw new Error("the message is none of Connect's");
  const signedBytes = frame.readPos + frame.contentLength + frame.tagLength / 8;
  return {
    wrappedKey: dataKey.encryptedDataKey,
    signed: message.subarray(0, signedBytes),
    // after its length of two bytes
    signature: message.subarray(signedBytes + 2),
    signer: signatureKey(point, "secp384r1"),
  };
}
