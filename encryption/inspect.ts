import { KEY_PROVIDER, NO_INPUT } from "./connect-format";
import { decodeMessage, describeMessage, MalformedMessageError, onlyDataKey, readMessage } from "./message";

/** An encrypted input of Amazon Connect's, read without any private key. */
export interface InputDescription {
  /** message format version */
  version: number;
  /** algorithm suite in hex, e.g. `0x0378` */
  suite: string;
  suiteName: string;
  /** `AmazonConnect` */
  provider: string;
  /** the id that Connect gave the uploaded public key */
  keyId: string;
  /** 512 for RSA-4096 */
  wrappedKeyBytes: number;
  /** as many as the caller typed digits */
  bodyBytes: number;
  signature: "valid" | "invalid";
}

/** Far more than Connect writes, which is about 900 bytes, or 1200 characters. */
export const MAX_INPUT_BYTES = 64 * 1024;

/**
 * Describes an encrypted input, given as the message's bytes or their base64.
 * Throws {@link MalformedMessageError} for what Connect would not have written; a signature that fails is no error here.
 */
export function inspectEncryptedInput(content: Buffer): InputDescription {
  const message = readMessage(bytesOf(content));
  const dataKey = onlyDataKey(message);
  if (dataKey.provider !== KEY_PROVIDER) {
    throw new MalformedMessageError(
      `its key provider is ${JSON.stringify(dataKey.provider)}, and Connect's is "${KEY_PROVIDER}"`,
    );
  }
  const { version, suite, suiteName, bodyBytes, signature } = describeMessage(message);
  if (signature === "none") throw new MalformedMessageError("it is not signed, and Connect signs");
  return {
    version,
    suite,
    suiteName,
    provider: dataKey.provider,
    keyId: dataKey.keyId,
    wrappedKeyBytes: dataKey.bytes.byteLength,
    bodyBytes,
    signature,
  };
}

function bytesOf(content: Buffer): Buffer {
  if (content.length === 0) throw new MalformedMessageError("it is empty");
  if (content.length > MAX_INPUT_BYTES) throw new MalformedMessageError(`it has more than ${MAX_INPUT_BYTES} bytes`);
  if (content[0] === 1 || content[0] === 2) return content; // the version that a message begins with
  const text = content.toString("utf8").replace(/\s+/g, "");
  if (text === NO_INPUT) {
    throw new MalformedMessageError(
      `it is the plain text "${NO_INPUT}", which Connect stores when the caller types nothing`,
    );
  }
  return decodeMessage(text);
}
