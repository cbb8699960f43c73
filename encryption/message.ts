import { verify } from "node:crypto";
import { NodeAlgorithmSuite } from "@aws-crypto/material-management-node";
import { ContentType, decodeFrameBodyHeader, deserializeFactory, type HeaderInfo } from "@aws-crypto/serialize";
import { verificationKey } from "./verification-key";

/** The bytes are not a message of Amazon Connect; the error's text names the reason. */
export class MalformedMessageError extends Error {
  override name = "MalformedMessageError";
}

/** A data key that is encrypted with the key of a provider. */
export interface WrappedDataKey {
  provider: string;
  keyId: string;
  /** as many as the RSA modulus has: 512 for RSA-4096 */
  bytes: Uint8Array;
}

/** A message whose format is valid. Nothing in it is verified yet. */
export interface EncryptedMessage {
  bytes: Uint8Array;
  header: HeaderInfo;
  suite: NodeAlgorithmSuite;
  dataKeys: WrappedDataKey[];
  /** plaintext bytes, which are as many as the encrypted bytes of all frames */
  bodyBytes: number;
  /** header and body: the part that the signature covers */
  signed: Uint8Array;
  signature: Uint8Array;
}

/** Connect writes about 900 bytes, or 1200 characters of base64. */
export const MAX_INPUT_BYTES = 64 * 1024;

const { deserializeMessageHeader } = deserializeFactory(
  (bytes) => asBuffer(bytes).toString("utf8"),
  NodeAlgorithmSuite,
);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes a message from standard base64, as Connect stores it.
 *
 * @throws MalformedMessageError
 */
export function decodeMessage(base64: string): Buffer {
  rejectTooLong(base64.length);
  if (!BASE64.test(base64)) reject("it is not base64");
  return Buffer.from(base64, "base64");
}

/**
 * Reads a message's format, without any key. Connect's messages are signed and framed, and have at most
 * {@link MAX_INPUT_BYTES}; all others are rejected.
 *
 * @throws MalformedMessageError
 */
export function readMessage(bytes: Uint8Array): EncryptedMessage {
  rejectTooLong(bytes.byteLength);
  const header =
    parse(() => deserializeMessageHeader(bytes, { maxEncryptedDataKeys: false })) ||
    reject("it ends within its header");
  const suite = new NodeAlgorithmSuite(header.messageHeader.suiteId);
  if (!suite.signatureCurve) reject("it is not signed, but Connect signs its messages");
  if (header.messageHeader.contentType !== ContentType.FRAMED_DATA) {
    reject("its body is not framed, but Connect frames its messages");
  }
  const body = readBody(bytes, header);
  return {
    bytes,
    header,
    suite,
    dataKeys: header.messageHeader.encryptedDataKeys.map((key) => ({
      provider: key.providerId,
      keyId: key.providerInfo,
      bytes: key.encryptedDataKey,
    })),
    bodyBytes: body.contentBytes,
    signed: bytes.subarray(0, body.end),
    signature: readSignature(bytes.subarray(body.end)),
  };
}

/**
 * The data key of a message that has exactly one, as Connect's messages have.
 *
 * @throws MalformedMessageError
 */
export function onlyDataKey({ dataKeys }: EncryptedMessage): WrappedDataKey {
  const [dataKey, ...others] = dataKeys;
  return dataKey && others.length === 0 ? dataKey : reject(`it has ${dataKeys.length} data keys, but Connect writes 1`);
}

/** Whether header and body are unchanged since they were signed. The key of the signature is part of the message. */
export function isSignatureValid({ header, suite, signed, signature }: EncryptedMessage): boolean {
  try {
    const key = verificationKey(suite, header.messageHeader.encryptionContext);
    return verify(suite.signatureHash, signed, key, signature);
  } catch {
    return false; // the message names no public key, or the key is not a point of the curve
  }
}

function readBody(bytes: Uint8Array, header: HeaderInfo): { contentBytes: number; end: number } {
  let contentBytes = 0;
  let position = header.headerLength + header.headerAuth.headerAuthLength;
  for (let sequenceNumber = 1; ; sequenceNumber++) {
    const frame = parse(() => decodeFrameBodyHeader(bytes, header, position)) || reject("it ends within its body");
    contentBytes += frame.contentLength;
    position = frame.readPos + frame.contentLength + frame.tagLength / 8;
    if (position > bytes.byteLength) reject("it ends within its body");
    if (frame.sequenceNumber !== sequenceNumber) reject("its frames are not in order");
    if (frame.isFinalFrame) return { contentBytes, end: position };
  }
}

function readSignature(footer: Uint8Array): Uint8Array {
  const lengthBytes = 2;
  if (footer.length < lengthBytes) reject("it ends within its signature");
  const end = lengthBytes + asBuffer(footer).readUInt16BE();
  if (footer.length < end) reject("it ends within its signature");
  if (footer.length > end) reject("it has more bytes after its end");
  return footer.subarray(lengthBytes);
}

/** The same bytes, not a copy. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function rejectTooLong(length: number): void {
  if (length > MAX_INPUT_BYTES) reject(`it has more than ${MAX_INPUT_BYTES} bytes`);
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch {
    // The SDK's own messages, such as "Malformed Header.", do not help the user.
    return reject("it is not an AWS Encryption SDK message");
  }
}

function reject(reason: string): never {
  throw new MalformedMessageError(reason);
}
