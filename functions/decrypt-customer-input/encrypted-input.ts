import { KEY_ID, KEY_PROVIDER } from "../../encryption/connect-format";
import type { DataKeyUnwrapper } from "../../encryption/data-key-unwrapper";
import { DecryptionError, decryptCustomerInput } from "../../encryption/decrypt";
import { decodeMessage, type EncryptedMessage, MalformedMessageError, readMessage } from "../../encryption/message";
import type { SensitiveDigits } from "../../encryption/sensitive-digits";
import { DecryptCustomerInputError } from "./errors";

/** A message of Amazon Connect's. */
export interface EncryptedInput {
  message: EncryptedMessage;
  /** Connect's id of the public key that it was encrypted under */
  keyId: string;
}

/** Reads the message: only one that passes makes the function fetch a key. */
export function readEncryptedInput(base64: string): EncryptedInput {
  return withErrorCodes(() => {
    const message = readMessage(decodeMessage(base64));
    const { dataKeys } = message;
    const [dataKey] = dataKeys;
    if (!dataKey || dataKeys.length > 1) {
      throw new DecryptCustomerInputError(
        "too-many-data-keys",
        `Connect writes 1 data key, the message has ${dataKeys.length}`,
      );
    }
    if (dataKey.provider !== KEY_PROVIDER) {
      throw new DecryptCustomerInputError("unknown-provider", `the message's key provider is not ${KEY_PROVIDER}`);
    }
    if (!KEY_ID.test(dataKey.keyId)) {
      throw new DecryptCustomerInputError("unknown-key-id", "the message's key id is none that Connect gives out");
    }
    return { message, keyId: dataKey.keyId };
  });
}

export async function decryptInput({ message }: EncryptedInput, unwrapper: DataKeyUnwrapper): Promise<SensitiveDigits> {
  try {
    return await decryptCustomerInput(message, unwrapper);
  } catch (error) {
    return rethrow(error);
  }
}

function withErrorCodes<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return rethrow(error);
  }
}

function rethrow(error: unknown): never {
  if (error instanceof MalformedMessageError) throw new DecryptCustomerInputError("malformed-message", error.message);
  if (error instanceof DecryptionError) throw new DecryptCustomerInputError(error.reason, error.message);
  throw error;
}
