import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildClient, CommitmentPolicy } from "@aws-crypto/client-node";
import { encryptCustomerInput } from "../../encryption/encrypt";
import { inspectEncryptedInput } from "../../encryption/inspect";
import type { KeyPair } from "../../encryption/key-pair";
import { decodeMessage, isSignatureValid, MalformedMessageError, readMessage } from "../../encryption/message";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { largeKeyPair, publicKeyOf } from "../support/key-pairs";
import { keyringFor } from "../support/keyrings";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";
const blog = readFileSync(join(__dirname, "../fixtures/aws-blog-ciphertext.b64"), "utf8").trim();

let pair: KeyPair;
let message: Buffer;
beforeAll(async () => {
  pair = await largeKeyPair();
  const digits = new SensitiveDigits("4111111111111111");
  message = decodeMessage(await encryptCustomerInput(digits, { keyId: KEY_ID, publicKey: publicKeyOf(pair) }));
});

describe("a real message of Amazon Connect (AWS's blog post, 2018)", () => {
  it("is described", () => {
    expect(inspectEncryptedInput(Buffer.from(blog))).toEqual({
      version: 1,
      suite: "0x0378",
      suiteName: "ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",
      provider: "AmazonConnect",
      keyId: KEY_ID,
      wrappedKeyBytes: 512,
      bodyBytes: 10,
      signature: "valid",
    });
  });

  it("has the same form as our messages", () => {
    const shapeOf = (bytes: Buffer) => ({ ...inspectEncryptedInput(bytes), bodyBytes: 0 });
    expect(shapeOf(message)).toEqual(shapeOf(decodeMessage(blog)));
    // 879 bytes for 10 digits, 885 for 16; a DER signature varies by a byte or two
    expect(Math.abs(message.length - (decodeMessage(blog).length + 6))).toBeLessThanOrEqual(3);
  });

  it("has an invalid signature after a change of any byte of header or body", () => {
    const bytes = decodeMessage(blog);
    for (const position of [5, 60, 300, 640, 700, 760]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
      expect(isSignatureValid(readMessage(changed))).toBe(false);
    }
  });
});

describe("a message in Connect's form", () => {
  it("is 1180 characters of base64 for 16 digits under RSA-4096", async () => {
    const lengths = new Set<number>();
    for (let i = 0; i < 8; i++) {
      const digits = new SensitiveDigits("4111111111111111");
      lengths.add((await encryptCustomerInput(digits, { keyId: KEY_ID, publicKey: publicKeyOf(pair) })).length);
    }
    expect(lengths).toContain(1180);
  });

  it("contains the key id", () => {
    const [dataKey, ...others] = readMessage(message).dataKeys;
    expect(others).toEqual([]);
    expect({ ...dataKey, bytes: dataKey?.bytes.byteLength }).toEqual({
      provider: "AmazonConnect",
      keyId: KEY_ID,
      bytes: 512,
    });
    expect(inspectEncryptedInput(message)).toMatchObject({ bodyBytes: 16, signature: "valid" });
  });

  it("is also accepted as bytes", () => {
    expect(inspectEncryptedInput(message).keyId).toBe(KEY_ID);
  });
});

describe("other content", () => {
  const rejection = (content: Buffer) => {
    try {
      inspectEncryptedInput(content);
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return "none";
  };

  it.each([
    ["empty content", () => Buffer.alloc(0), "it is empty"],
    ["content of 70 KB", () => Buffer.alloc(70_000, "A"), "it has more than 65536 bytes"],
    ["a text", () => Buffer.from("hello, world"), "it is not base64"],
    ["digits", () => Buffer.from("4111111111111111"), "it is not an AWS Encryption SDK message"],
    ["Connect's text for no input", () => Buffer.from("Timeout\n"), 'it is the plain text "Timeout"'],
    ["half a header", () => message.subarray(0, 100), "it ends within its header"],
    ["half a body", () => message.subarray(0, 760), "it ends within its body"],
    ["no signature", () => message.subarray(0, -20), "it ends within its signature"],
    ["more bytes after a message", () => Buffer.concat([message, Buffer.from("x")]), "it has more bytes after its end"],
    [
      "another format",
      () => Buffer.concat([Buffer.from([1, 0x81]), message.subarray(2)]),
      "it is not an AWS Encryption SDK message",
    ],
    [
      "a body that is not framed",
      () => {
        const changed = Buffer.from(message);
        // before 4 reserved bytes, the IV's length and the frames'
        changed.writeUInt8(1, readMessage(message).header.rawHeader.length - 10);
        return changed;
      },
      "its body is not framed",
    ],
    [
      "a key id with control sequences for the terminal",
      () => Buffer.from(message.toString("latin1").replace(KEY_ID, `\x9b31m${KEY_ID.slice(4)}`), "latin1"),
      "its key id does not have the form of Connect's key ids",
    ],
  ])("%s is rejected", (_, content, reason) => {
    expect(rejection(content())).toContain(`MalformedMessageError: ${reason}`);
  });

  it("content larger than Lambda's limit is rejected", () => {
    expect(() => decodeMessage("A".repeat(8_000_000))).toThrow(MalformedMessageError);
    expect(() => readMessage(Buffer.alloc(8_000_000, 1))).toThrow(MalformedMessageError);
  });

  const encryptWith = async (options: { keyNamespace?: string; suiteId?: number }) => {
    const keyring = keyringFor(pair, KEY_ID, options.keyNamespace);
    const { encrypt } = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
    return (await encrypt(keyring, "4111111111111111", { suiteId: options.suiteId ?? 0x0378 })).result;
  };

  it("a message of another key provider is rejected", async () => {
    expect(rejection(await encryptWith({ keyNamespace: "aws-kms-like" }))).toContain(
      'its key provider is not "AmazonConnect"',
    );
  });

  it("an unsigned message is rejected", async () => {
    expect(rejection(await encryptWith({ suiteId: 0x0178 }))).toContain("it is not signed");
  });

  it("a key-committing message is accepted, although Connect does not write them today", async () => {
    const keyring = keyringFor(pair, KEY_ID);
    const { encrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const { result } = await encrypt(keyring, "4111111111111111");
    expect(inspectEncryptedInput(result)).toMatchObject({ version: 2, suite: "0x0578", signature: "valid" });
  });
});
