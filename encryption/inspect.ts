import { AlgorithmSuiteIdentifier } from "@aws-crypto/material-management-node";
import { KEY_ID, KEY_PROVIDER, NO_INPUT } from "./connect-format";
import { decodeMessage, isSignatureValid, MalformedMessageError, onlyDataKey, readMessage } from "./message";

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

/**
 * Describes an encrypted input, given as the message's bytes or their base64.
 * Throws {@link MalformedMessageError} for what Connect would not have written; a signature that fails is no error here.
 */
export function inspectEncryptedInput(content: Buffer): InputDescription {
  const message = readMessage(bytesOf(content));
  const { provider, keyId, bytes } = onlyDataKey(message);
  // Neither is quoted: whoever wrote the message could have put a terminal's own sequences there.
  if (provider !== KEY_PROVIDER) throw new MalformedMessageError(`its key provider is not "${KEY_PROVIDER}"`);
  if (!KEY_ID.test(keyId)) throw new MalformedMessageError("its key id is none that Connect gives out");
  const { version, suiteId } = message.header.messageHeader;
  return {
    version,
    suite: `0x${suiteId.toString(16).padStart(4, "0")}`,
    suiteName: String(AlgorithmSuiteIdentifier[suiteId]),
    provider,
    keyId,
    wrappedKeyBytes: bytes.byteLength,
    bodyBytes: message.frames.reduce((sum, { contentLength }) => sum + contentLength, 0),
    signature: isSignatureValid(message) ? "valid" : "invalid",
  };
}

function bytesOf(content: Buffer): Buffer {
  if (content.length === 0) throw new MalformedMessageError("it is empty");
  if (content[0] === 1 || content[0] === 2) return content; // the version that a message begins with
  const text = content.toString("utf8").replace(/\s+/g, "");
  if (text === NO_INPUT) {
    throw new MalformedMessageError(
      `it is the plain text "${NO_INPUT}", which Connect stores when the caller types nothing`,
    );
  }
  return decodeMessage(text);
}
