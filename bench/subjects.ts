import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, privateDecrypt, verify } from "node:crypto";
import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from "@aws-crypto/client-node";
import { KEY_PROVIDER, OAEP_HASH } from "../encryption/connect-format";
import { decryptCustomerInput } from "../encryption/decrypt";
import { encryptCustomerInput } from "../encryption/encrypt";
import { decodeMessage, onlyDataKey, readMessage } from "../encryption/message";
import { SensitiveDigits } from "../encryption/sensitive-digits";
import { verificationKey } from "../encryption/verification-key";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";

/**
 * The ways to decrypt one message of 16 digits.
 *
 * @param modulusLength bits of the RSA key
 */
export async function waysToDecrypt(modulusLength: number) {
  const { publicKey, privateKey: generated } = generateKeyPairSync("rsa", { modulusLength });
  const pem = generated.export({ type: "pkcs8", format: "pem" }) as string;
  const privateKey = createPrivateKey(pem);
  const message = decodeMessage(
    await encryptCustomerInput(new SensitiveDigits("4111111111111111"), { keyId: KEY_ID, publicKey }),
  );
  return {
    floor: floorOf(message, privateKey),
    ours: () => decryptCustomerInput(readMessage(message), { keyId: KEY_ID, privateKey }),
    /** as in AWS's samples, which create client and keyring from the PEM for each message */
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
 * The floor: the two operations that decrypting a message always needs, on the message's own bytes. These are the
 * private-key operation that unwraps the data key, and the verification of the signature.
 */
export function floorOf(bytes: Buffer, privateKey: KeyObject): () => void {
  const message = readMessage(bytes);
  const { bytes: wrappedKey } = onlyDataKey(message);
  const { suite, header, signed, signature } = message;
  const signer = verificationKey(suite, header.messageHeader.encryptionContext);
  const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH };
  return () => {
    privateDecrypt(key, wrappedKey);
    if (!verify(suite.signatureHash, signed, signer, signature)) throw new Error("The signature is not valid.");
  };
}
