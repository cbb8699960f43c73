import crypto, { createPrivateKey } from "node:crypto";
import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  MultiKeyringNode,
  NodeAlgorithmSuite,
} from "@aws-crypto/client-node";
import { DecryptionError, decryptCustomerInput } from "../../encryption/decrypt";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { decodeMessage, readMessage } from "../../encryption/message";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { verificationKey } from "../../encryption/verification-key";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { decryptedBySdk, keyringFor } from "../support/keyrings";
import { messageAndSigner } from "../support/re-signed";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";
const DIGITS = "4111111111111111";

let pair: KeyPair;
let message: Buffer;
beforeAll(async () => {
  pair = await smallKeyPair();
  message = await encrypted(DIGITS);
});
afterEach(() => jest.restoreAllMocks());

const encrypted = async (digits: string) =>
  decodeMessage(
    await encryptCustomerInput(new SensitiveDigits(digits), { keyId: KEY_ID, publicKey: publicKeyOf(pair) }),
  );
/** The SDK's client for a suite: key-committing suites need another policy. */
const encryptWith = (suiteId: number) =>
  buildClient(
    suiteId > 0x0400 ? CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT : CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
  );
const decrypted = async (bytes: Buffer, key = pair) =>
  decryptCustomerInput(readMessage(bytes), { keyId: KEY_ID, privateKey: createPrivateKey(key.privateKey) });
const reasonOf = async (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error) => (error instanceof DecryptionError ? error.reason : String(error)),
  );
const changedAt = (bytes: Buffer, position: number, bits: number) => {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(position) ^ bits, position);
  return changed;
};

it.each([0, 1, 4, 16, 20])("decrypts %i digits that encryptCustomerInput encrypted", async (length) => {
  const digits = "01234567890123456789".slice(0, length);
  expect((await decrypted(await encrypted(digits))).reveal() === digits).toBe(true);
});

it("decrypts messages in parallel, and after a message that it rejects", async () => {
  const key = { keyId: KEY_ID, privateKey: createPrivateKey(pair.privateKey) };
  const messages = await Promise.all(["1", "22", "333", "4444", "55555"].map(encrypted));
  const changed = changedAt(message, 300, 1); // in the wrapped data key
  for (let round = 0; round < 2; round++) {
    const all = [changed, ...messages].map((bytes) => decryptCustomerInput(readMessage(bytes), key));
    const lengths = (await Promise.allSettled(all)).map((one) =>
      one.status === "fulfilled" ? one.value.reveal().length : one.reason.reason,
    );
    expect(lengths).toEqual(["tampered-message", 1, 2, 3, 4, 5]);
  }
});

it("rejects a message that lacks the public key of its signature", async () => {
  const nameless = message.toString("latin1").replace("aws-crypto-public-key", "aws-crypto-public-kez");
  expect(await reasonOf(decrypted(Buffer.from(nameless, "latin1")))).toBe("tampered-message");
});

it("rejects a message with two data keys", async () => {
  const keyring = () => keyringFor(pair, KEY_ID);
  const both = new MultiKeyringNode({ generator: keyring(), children: [keyring()] });
  const { result } = await encryptWith(0x0378).encrypt(both, DIGITS, { suiteId: 0x0378 });
  expect(await reasonOf(decrypted(result))).toBe("wrong-private-key");
});

it("distinguishes a private key of another pair from a changed message", async () => {
  expect(await reasonOf(decrypted(message, await smallKeyPair()))).toBe("wrong-private-key");
});

it("rejects a data key of another key id", async () => {
  const key = { keyId: "another", privateKey: createPrivateKey(pair.privateKey) };
  expect(await reasonOf(decryptCustomerInput(readMessage(message), key))).toBe("wrong-private-key");
});

it("returns one reason for a changed message, whether or not its data key can be unwrapped", async () => {
  const signatureEnd = message.length - 20;
  for (const key of [pair, await smallKeyPair()]) {
    for (const position of [300, signatureEnd]) {
      expect(await reasonOf(decrypted(changedAt(message, position, 1), key))).toBe("tampered-message");
    }
  }
});

it("rejects a change of each byte from the data key to the signature", async () => {
  const accepted: number[] = [];
  // The wrapped key, the header's tag, the body and the signature. The bytes before contain key id and format.
  for (let position = 220; position < message.length; position += 7) {
    const reason = await reasonOf(decrypted(changedAt(message, position, 0x40)));
    if (reason !== "tampered-message" && !reason.startsWith("MalformedMessageError")) accepted.push(position);
  }
  expect(accepted).toEqual([]);
});

describe("compared with the SDK's own keyring and materials manager", () => {
  /** The digits, or undefined if the message is rejected. */
  const ours = async (bytes: Buffer) => {
    try {
      return (await decrypted(bytes)).reveal();
    } catch {
      return undefined;
    }
  };
  const sdks = (bytes: Buffer) => decryptedBySdk(bytes, pair, KEY_ID);

  const signing = [0x0214, 0x0346, 0x0378, 0x0578];
  // decrypt.slow.ts changes these messages.
  it.each(signing.flatMap((suiteId) => [5, 16, 4096].map((frameLength) => ({ suiteId, frameLength }))))(
    "decrypts algorithm suite $suiteId in frames of $frameLength bytes",
    async ({ suiteId, frameLength }) => {
      const { result } = await encryptWith(suiteId).encrypt(keyringFor(pair, KEY_ID), DIGITS, {
        suiteId,
        frameLength,
        encryptionContext: { purpose: "test", language: "日本語" },
      });
      expect((await ours(result)) === DIGITS && (await sdks(result)) === DIGITS).toBe(true);
    },
  );

  it("rejects frames that are reordered, missing or repeated, with a valid signature", async () => {
    const { message: whole, resign } = await messageAndSigner(keyringFor(pair, KEY_ID), DIGITS);
    const { header, signed, bodyBytes } = readMessage(whole);
    const bodyStart = header.headerLength + header.headerAuth.headerAuthLength;
    const frameBytes = 4 + 12 + 5 + 16; // sequence number, IV, content, tag
    const frame = (index: number) => signed.subarray(bodyStart + index * frameBytes).subarray(0, frameBytes);
    const last = signed.subarray(bodyStart + 3 * frameBytes);
    expect([bodyBytes, last.length]).toEqual([16, 4 + 4 + 12 + 4 + 1 + 16]); // a final frame has 2 more numbers
    for (const order of [[1, 0, 2], [0, 1], [0, 1, 1, 2], [0, 1, 2, 2], []]) {
      const changed = resign(Buffer.concat([signed.subarray(0, bodyStart), ...order.map(frame), last]));
      expect(await reasonOf(decrypted(changed))).toMatch(/not in order/);
      expect(await sdks(changed)).toBeUndefined();
    }
  });

  it.each([0x0014, 0x0178, 0x0478])("also rejects an unsigned message: algorithm suite %i", async (suiteId) => {
    const { result } = await encryptWith(suiteId).encrypt(keyringFor(pair, KEY_ID), DIGITS, { suiteId });
    expect((await sdks(result)) === DIGITS).toBe(true);
    expect(await reasonOf(decrypted(result))).toMatch(/it is not signed/);
  });
});

describe("verificationKey", () => {
  const P384 = new NodeAlgorithmSuite(AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384);
  const UNSIGNED = new NodeAlgorithmSuite(AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA256);
  const ecdh = crypto.createECDH("secp384r1");
  ecdh.generateKeys();
  const keyOf = (suite: NodeAlgorithmSuite, point: string) =>
    verificationKey(suite, { "aws-crypto-public-key": point });
  const compressed = ecdh.getPublicKey("base64", "compressed");

  it("accepts a compressed point", () => {
    const { x } = keyOf(P384, compressed).export({ format: "jwk" });
    expect(Buffer.from(String(x), "base64url")).toEqual(Buffer.from(compressed, "base64").subarray(1));
  });

  it.each([
    ["an uncompressed point", P384, ecdh.getPublicKey("base64", "uncompressed")],
    ["a point of another curve", P384, compressed.slice(0, 44)],
    ["no point", P384, ""],
    ["a suite that does not sign", UNSIGNED, compressed],
  ])("rejects %s", (_, suite, point) => {
    expect(() => keyOf(suite, point)).toThrow("has no compressed point of the suite's curve");
  });

  it("rejects a point that is not on the curve", () => {
    // About half of all x coordinates have no point.
    const points = Array.from({ length: 16 }, (_, x) => Buffer.from([2, ...Array(47).fill(0), x]).toString("base64"));
    const accepted = points.filter((point) => {
      try {
        return keyOf(P384, point);
      } catch {
        return false;
      }
    });
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThan(16);
  });
});

describe("wipes", () => {
  const isWiped = (bytes: Buffer) => bytes.every((byte) => byte === 0);

  it("the data key, also if it cannot be used", async () => {
    const unwrap = jest.spyOn(crypto, "privateDecrypt");
    await decrypted(message);
    expect(await reasonOf(decrypted(changedAt(message, message.length - 20, 1)))).toBe("tampered-message");
    unwrap.mockImplementationOnce(() => Buffer.alloc(33, 1));
    expect(await reasonOf(decrypted(message))).toBe("wrong-private-key");
    const dataKeys = unwrap.mock.results.map(({ value }) => value as Buffer);
    expect(dataKeys.map((key) => [key.length, isWiped(key)])).toEqual([
      [32, true],
      [32, true],
      [33, true],
    ]);
  });

  it("the plaintext", async () => {
    const concat = jest.spyOn(Buffer, "concat");
    const chunks: Buffer[] = [];
    const createDecipher = crypto.createDecipheriv;
    jest.spyOn(crypto, "createDecipheriv").mockImplementation((...options: unknown[]) => {
      const decipher = Reflect.apply(createDecipher, crypto, options);
      const update = decipher.update.bind(decipher);
      decipher.update = (...data: unknown[]) => {
        const chunk = Reflect.apply(update, decipher, data) as Buffer;
        if (chunk.length === DIGITS.length) chunks.push(chunk);
        return chunk;
      };
      return decipher;
    });
    expect((await decrypted(message)).length).toBe(DIGITS.length);
    expect(chunks.map(isWiped)).toEqual([true]);
    const plaintext = concat.mock.results.map(({ value }) => value as Buffer).filter(({ length }) => length === 16);
    expect(plaintext.map(isWiped)).toEqual([true]);
  });
});
