import { verify } from "node:crypto";
import { AlgorithmSuiteIdentifier, NodeAlgorithmSuite } from "@aws-crypto/material-management-node";
import { decodeBodyHeader, deserializeFactory, type HeaderInfo } from "@aws-crypto/serialize";
import { SIGNATURE_PUBLIC_KEY, signatureKey } from "./signature-key";

/** Thrown for bytes that are not an AWS Encryption SDK message; the text says why and holds nothing of the bytes. */
export class MalformedMessageError extends Error {
  override name = "MalformedMessageError";
}

/** The encryption keys a message was written for, by the name of their provider and their id there. */
export interface WrappedDataKey {
  provider: string;
  keyId: string;
  /** the wrapped data key, as long as the RSA modulus: 512 bytes for RSA-4096 */
  bytes: Uint8Array;
}

/** What can be read of a message without a private key. */
export interface MessageDescription {
  version: number;
  /** algorithm suite, e.g. `0x0378` */
  suite: string;
  suiteName: string;
  dataKeys: WrappedDataKey[];
  /** bytes of the encrypted body, which are as many as those of the plaintext */
  bodyBytes: number;
  /** `none`: the algorithm suite does not sign */
  signature: "valid" | "invalid" | "none";
}

const { deserializeMessageHeader } = deserializeFactory(
  (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"),
  NodeAlgorithmSuite,
);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a message in standard base64, as Connect stores it. */
export function decodeMessage(base64: string): Buffer {
  if (!BASE64.test(base64)) throw new MalformedMessageError("it is not base64");
  return Buffer.from(base64, "base64");
}

/** The data keys of a message, from its header alone. */
export function readDataKeys(message: Uint8Array): WrappedDataKey[] {
  return dataKeysOf(readHeader(message));
}

/**
 * Reads a whole message and checks its signature, for which its own header holds the public key.
 * Throws {@link MalformedMessageError} where the message is cut short, too long or of another format.
 */
export function describeMessage(message: Uint8Array): MessageDescription {
  const header = readHeader(message);
  const { bodyBytes, end } = readBody(message, header);
  return {
    version: header.messageHeader.version,
    suite: `0x${header.messageHeader.suiteId.toString(16).padStart(4, "0")}`,
    suiteName: String(AlgorithmSuiteIdentifier[header.messageHeader.suiteId]),
    dataKeys: dataKeysOf(header),
    bodyBytes,
    signature: checkSignature(message, header, end),
  };
}

function readHeader(message: Uint8Array): HeaderInfo {
  return (
    refuseMalformed(() => deserializeMessageHeader(message, { maxEncryptedDataKeys: false })) ||
    fail("it ends within its header")
  );
}

function dataKeysOf({ messageHeader }: HeaderInfo): WrappedDataKey[] {
  return messageHeader.encryptedDataKeys.map((key) => ({
    provider: key.providerId,
    keyId: key.providerInfo,
    bytes: key.encryptedDataKey,
  }));
}

function readBody(message: Uint8Array, header: HeaderInfo): { bodyBytes: number; end: number } {
  let position = header.headerLength + header.headerAuth.headerAuthLength;
  let bodyBytes = 0;
  for (;;) {
    const frame = refuseMalformed(() => decodeBodyHeader(message, header, position)) || fail("it ends within its body");
    bodyBytes += frame.contentLength;
    position = frame.readPos + frame.contentLength + frame.tagLength / 8;
    if (position > message.byteLength) fail("it ends within its body");
    if (frame.isFinalFrame) return { bodyBytes, end: position };
  }
}

function checkSignature(message: Uint8Array, header: HeaderInfo, bodyEnd: number): MessageDescription["signature"] {
  if (!header.algorithmSuite.signatureCurve) {
    if (bodyEnd !== message.byteLength) fail("something follows its end");
    return "none";
  }
  const footer = Buffer.from(message.buffer, message.byteOffset + bodyEnd, message.byteLength - bodyEnd);
  if (footer.length < 2 || footer.length < 2 + footer.readUInt16BE(0)) fail("it ends within its signature");
  if (footer.length > 2 + footer.readUInt16BE(0)) fail("something follows its end");
  const compressed = header.messageHeader.encryptionContext[SIGNATURE_PUBLIC_KEY];
  if (!compressed) return "invalid";
  try {
    return verify("sha384", message.subarray(0, bodyEnd), signatureKey(compressed, "secp384r1"), footer.subarray(2))
      ? "valid"
      : "invalid";
  } catch {
    return "invalid"; // the public key is not a point of the curve
  }
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
