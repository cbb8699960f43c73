import type { KeyObject } from "node:crypto";
import { buildEncrypt } from "@aws-crypto/encrypt-node";
import { CommitmentPolicy } from "@aws-crypto/material-management-node";
import { RawRsaKeyringNode } from "@aws-crypto/raw-rsa-keyring-node";
import { ALGORITHM_SUITE, FRAME_LENGTH, KEY_PROVIDER, OAEP_HASH } from "./connect-format";
import type { SensitiveDigits } from "./sensitive-digits";

// Connect's algorithm suite is not key-committing, and no other policy allows the SDK to write it.
const { encrypt } = buildEncrypt(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);

/**
 * Encrypts a caller's input as Amazon Connect does.
 *
 * @param recipient the key id that the flow names, and the public key of the flow's certificate
 * @returns the message in standard base64, as `$.StoredCustomerInput` holds it (16 digits under RSA-4096: 1180 characters)
 */
export async function encryptCustomerInput(
  digits: SensitiveDigits,
  recipient: { keyId: string; publicKey: KeyObject },
): Promise<string> {
  const keyring = new RawRsaKeyringNode({
    keyNamespace: KEY_PROVIDER,
    keyName: recipient.keyId,
    oaepHash: OAEP_HASH,
    rsaKey: { publicKey: recipient.publicKey.export({ type: "spki", format: "pem" }) },
  });
  const { result } = await encrypt(keyring, digits.reveal(), { suiteId: ALGORITHM_SUITE, frameLength: FRAME_LENGTH });
  return result.toString("base64");
}
