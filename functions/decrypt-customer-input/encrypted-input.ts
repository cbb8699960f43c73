import type { KeyObject } from "node:crypto";
import { KEY_ID, KEY_PROVIDER } from "../../encryption/connect-format";
import { DecryptionError, decryptCustomerInput } from "../../encryption/decrypt";
import { decodeMessage, type EncryptedMessage, MalformedMessageError, readMessage } from "../../encryption/message";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { DecryptCustomerInputError } from "./errors";

/** A message in the form of Amazon Connect's messages. */
export interface EncryptedInput {
  message: EncryptedMessage;
  /** Connect's id of the public key that the message was encrypted with */
  keyId: string;
}

/** Reads an input. The function fetches a private key only for an input that passes. */
export function readEncryptedInput(base64: string): EncryptedInput {
  const message = readWithErrorCode(base64);
  const { dataKeys } = message;
  const [dataKey] = dataKeys;
  if (!dataKey || dataKeys.length > 1) {
    throw new DecryptCustomerInputError(
      "too-many-data-keys",
      `Connect writes 1 data key, but the message has ${dataKeys.length}`,
    );
  }
  if (dataKey.provider !== KEY_PROVIDER) {
    throw new DecryptCustomerInputError("unknown-provider", `the message's key provider is not ${KEY_PROVIDER}`);
  }
  if (!KEY_ID.test(dataKey.keyId)) {
    throw new DecryptCustomerInputError(
      "unknown-key-id",
      "the message's key id does not have the form of Connect's key ids",
    );
  }
  return { message, keyId: dataKey.keyId };
}

export async function decryptInput(
  { message, keyId }: EncryptedInput,
  privateKey: KeyObject,
): Promise<SensitiveDigits> {
  try {
    return await decryptCustomerInput(message, { keyId, privateKey });
  } catch (error) {
    if (error instanceof DecryptionError) throw new DecryptCustomerInputError(error.reason, error.message);
    throw error;
  }
}

function readWithErrorCode(base64: string): EncryptedMessage {
  try {
    return readMessage(decodeMessage(base64));
  } catch (error) {
    if (error instanceof MalformedMessageError) throw new DecryptCustomerInputError("malformed-message", error.message);
    throw error;
  }
}
