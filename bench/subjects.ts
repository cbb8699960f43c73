import {
  constants,
  createPrivateKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from "@aws-crypto/client-node";
import { KEY_PROVIDER, OAEP_HASH } from "../encryption/connect-format";
import { decryptCustomerInput } from "../encryption/decrypt";
import { encryptCustomerInput } from "../encryption/encrypt";
import { decodeMessage } from "../encryption/message";
import { SensitiveDigits } from "../encryption/sensitive-digits";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";

/** The ways to decrypt one message of 16 digits, under an RSA key of so many bits. */
export async function waysToDecrypt(modulusLength: number) {
  const { publicKey, privateKey: made } = generateKeyPairSync("rsa", { modulusLength });
  const pem = made.export({ type: "pkcs8", format: "pem" }) as string;
  const privateKey = createPrivateKey(pem);
  const message = decodeMessage(
    await encryptCustomerInput(new SensitiveDigits("4111111111111111"), { keyId: KEY_ID, publicKey }),
  );
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH };
  const wrapped = publicEncrypt({ key: publicKey, ...padding }, randomBytes(32));
  const signer = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const signed = randomBytes(780);
  const signature = sign("sha384", signed, signer.privateKey);
  return {
    /** the private-key operation that unwraps the data key, and the check of the signature */
    floor: () => {
      privateDecrypt({ key: privateKey, ...padding }, wrapped);
      if (!verify("sha384", signed, signer.publicKey, signature)) throw new Error("the signature does not hold");
    },
    ours: () => decryptCustomerInput(message, { keyId: KEY_ID, privateKey }),
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
