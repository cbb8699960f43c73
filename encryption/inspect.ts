import { AlgorithmSuiteIdentifier } from "@aws-crypto/material-management-node";
import { KEY_ID, KEY_PROVIDER, NO_INPUT } from "./connect-format";
import { decodeMessage, isSignatureValid, MalformedMessageError, onlyDataKey, readMessage } from "./message";

/** An encrypted input of Amazon Connect, described without any private key. */
export interface InputDescription {
  /** message format version */
  version: number;
  /** algorithm suite in hex, e.g. `0x0378` */
  suite: string;
  suiteName: string;
  /** `AmazonConnect` */
  provider: string;
  /** the id that Connect assigned to the uploaded public key */
  keyId: string;
  /** 512 for RSA-4096 */
  wrappedKeyBytes: number;
  /** one byte for each digit that the caller entered */
  bodyBytes: number;
  signature: "valid" | "invalid";
}

/**
 * Describes an encrypted input. A signature that does not verify is reported, and is not an error.
 *
 * @param content the message's bytes, or their base64
 * @throws MalformedMessageError if Connect cannot have written the message
 */
export function inspectEncryptedInput(content: Buffer): InputDescription {
  const message = readMessage(messageBytes(content));
  const { provider, keyId, bytes } = onlyDataKey(message);
  // The error texts do not quote these two values: they could contain control sequences for the terminal.
  if (provider !== KEY_PROVIDER) throw new MalformedMessageError(`its key provider is not "${KEY_PROVIDER}"`);
  if (!KEY_ID.test(keyId)) throw new MalformedMessageError("its key id does not have the form of Connect's key ids");
  const { version, suiteId } = message.header.messageHeader;
  return {
    version,
    suite: `0x${suiteId.toString(16).padStart(4, "0")}`,
    suiteName: String(AlgorithmSuiteIdentifier[suiteId]),
    provider,
    keyId,
    wrappedKeyBytes: bytes.byteLength,
    bodyBytes: message.bodyBytes,
    signature: isSignatureValid(message) ? "valid" : "invalid",
  };
}

function messageBytes(content: Buffer): Buffer {
  if (content.length === 0) throw new MalformedMessageError("it is empty");
  if (content[0] === 1 || content[0] === 2) return content; // a message begins with its format version
  const text = content.toString("utf8").replace(/\s+/g, "");
  if (text === NO_INPUT) {
    throw new MalformedMessageError(
      `it is the plain text "${NO_INPUT}", which Connect stores when the caller enters nothing`,
    );
  }
  return decodeMessage(text);
}
