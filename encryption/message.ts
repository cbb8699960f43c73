import { verify } from "node:crypto";
import { NodeAlgorithmSuite } from "@aws-crypto/material-management-node";
import {
  type BodyHeader,
  ContentType,
  decodeFrameBodyHeader,
  deserializeFactory,
  type HeaderInfo,
} from "@aws-crypto/serialize";
import { SIGNATURE_PUBLIC_KEY, signatureKey } from "./signature-key";

/** Thrown for what is no message of Amazon Connect's; the text says why. */
export class MalformedMessageError extends Error {
  override name = "MalformedMessageError";
}

/** A data key, wrapped for the encryption key of that provider and id. */
export interface WrappedDataKey {
  provider: string;
  keyId: string;
  /** the wrapped data key, as long as the RSA modulus: 512 bytes for RSA-4096 */
  bytes: Uint8Array;
}

/** A piece of the body, which is enciphered for itself. A caller's input has one. */
export interface Frame extends BodyHeader {
  content: Uint8Array;
  /** the cipher's proof that content and header are as they were written */
  tag: Uint8Array;
}

/** A message taken apart by the SDK's readers. Nothing is known of it but that it has the form of one of Connect's. */
export interface EncryptedMessage {
  header: HeaderInfo;
  suite: NodeAlgorithmSuite;
  dataKeys: WrappedDataKey[];
  frames: Frame[];
  /** what the signature is of: header and body */
  signed: Uint8Array;
  signature: Uint8Array;
}

/** Far more than Connect writes, which is about 900 bytes, or 1200 characters of base64. */
export const MAX_INPUT_BYTES = 64 * 1024;

const { deserializeMessageHeader } = deserializeFactory(
  (bytes) => bufferOf(bytes).toString("utf8"),
  NodeAlgorithmSuite,
);

/** The same bytes, not a copy. */
export const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a message in standard base64, as Connect stores it. */
export function decodeMessage(base64: string): Buffer {
  refuseTooLong(base64.length);
  if (!BASE64.test(base64)) fail("it is not base64");
  return Buffer.from(base64, "base64");
}

/** Throws {@link MalformedMessageError} where the message is cut short, too long, or none that Connect would write. */
export function readMessage(bytes: Uint8Array): EncryptedMessage {
  refuseTooLong(bytes.byteLength);
  const header =
    refuseMalformed(() => deserializeMessageHeader(bytes, { maxEncryptedDataKeys: false })) ||
    fail("it ends within its header");
  const suite = new NodeAlgorithmSuite(header.messageHeader.suiteId);
  if (!suite.signatureCurve) fail("it is not signed, and Connect signs");
  if (header.messageHeader.contentType !== ContentType.FRAMED_DATA) fail("its body is not framed, and Connect's is");
  const { frames, end } = readBody(bytes, header);
  return {
    header,
    suite,
    dataKeys: header.messageHeader.encryptedDataKeys.map((key) => ({
      provider: key.providerId,
      keyId: key.providerInfo,
      bytes: key.encryptedDataKey,
    })),
    frames,
    signed: bytes.subarray(0, end),
    signature: readSignature(bytes.subarray(end)),
  };
}

/** Connect's messages have one. */
export function onlyDataKey({ dataKeys }: EncryptedMessage): WrappedDataKey {
  const [dataKey, ...others] = dataKeys;
  return dataKey && others.length === 0 ? dataKey : fail(`it has ${dataKeys.length} data keys, and Connect writes 1`);
}

/** A message is signed by a key that was made for it alone, and that its own header names. */
export function isSignatureValid({ header, suite, signed, signature }: EncryptedMessage): boolean {
  const { signatureCurve, signatureHash } = suite;
  const compressed = header.messageHeader.encryptionContext[SIGNATURE_PUBLIC_KEY];
  if (!signatureCurve || !signatureHash || !compressed) return false;
  try {
    return verify(signatureHash, signed, signatureKey(compressed, signatureCurve), signature);
  } catch {
    return false; // the public key is not a point of the curve
  }
}

function readBody(bytes: Uint8Array, header: HeaderInfo): { frames: Frame[]; end: number } {
  const frames: Frame[] = [];
  let position = header.headerLength + header.headerAuth.headerAuthLength;
  for (;;) {
    const frame =
      refuseMalformed(() => decodeFrameBodyHeader(bytes, header, position)) || fail("it ends within its body");
    const tagAt = frame.readPos + frame.contentLength;
    position = tagAt + frame.tagLength / 8;
    if (position > bytes.byteLength) fail("it ends within its body");
    if (frame.sequenceNumber !== frames.length + 1) fail("its frames are not in their order");
    frames.push({ ...frame, content: bytes.subarray(frame.readPos, tagAt), tag: bytes.subarray(tagAt, position) });
    if (frame.isFinalFrame) return { frames, end: position };
  }
}

function readSignature(footer: Uint8Array): Uint8Array {
  const lengthBytes = 2;
  if (footer.length < lengthBytes) fail("it ends within its signature");
  const end = lengthBytes + bufferOf(footer).readUInt16BE();
  if (footer.length < end) fail("it ends within its signature");
  if (footer.length > end) fail("something follows its end");
  return footer.subarray(lengthBytes);
}

function refuseTooLong(length: number): void {
  if (length > MAX_INPUT_BYTES) fail(`it has more than ${MAX_INPUT_BYTES} bytes`);
}

function refuseMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch {
    // The SDK's texts speak to its own developers ("Malformed Header."), and a RangeError tells even less.
    return fail("it is not an AWS Encryption SDK message");
  }
}

function fail(reason: string): never {
  throw new MalformedMessageError(reason);
}
