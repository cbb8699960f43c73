import { createPrivateKey } from "node:crypto";
import { AlgorithmSuiteIdentifier, buildClient, CommitmentPolicy, MultiKeyringNode } from "@aws-crypto/client-node";
import { DataKeyUnwrapper } from "../../encryption/data-key-unwrapper";
import { DecryptionError, decryptCustomerInput } from "../../encryption/decrypt";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { decodeMessage, MalformedMessageError, readMessage } from "../../encryption/message";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { decryptedBySdk, keyringFor } from "../support/keyrings";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";
const DIGITS = "4111111111111111";

let pair: KeyPair;
let message: Buffer;
beforeAll(async () => {
  pair = await smallKeyPair();
  message = await encrypted(DIGITS);
});

const encrypted = async (digits: string) =>
  decodeMessage(
    await encryptCustomerInput(new SensitiveDigits(digits), { keyId: KEY_ID, publicKey: publicKeyOf(pair) }),
  );
/** The SDK's client for a suite: key-committing ones want another policy. */
const encryptWith = (suiteId: number) =>
  buildClient(
    suiteId > 0x0400 ? CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT : CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
  );
const unwrapperOf = (key: KeyPair) => new DataKeyUnwrapper(createPrivateKey(key.privateKey));
const decrypted = (bytes: Buffer, key = pair) => decryptWith(bytes, unwrapperOf(key));
const decryptWith = async (bytes: Buffer, unwrapper: DataKeyUnwrapper) =>
  decryptCustomerInput(readMessage(bytes), unwrapper);
const reasonOf = async (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error) => (error instanceof DecryptionError ? error.reason : String(error)),
  );

it.each([0, 1, 4, 16, 20])("decrypts what it encrypted, of %i digits", async (length) => {
  const digits = "01234567890123456789".slice(0, length);
  expect((await decrypted(await encrypted(digits))).reveal() === digits).toBe(true);
});

it("takes no message with two data keys", async () => {
  const keyring = () => keyringFor(pair, KEY_ID);
  const both = new MultiKeyringNode({ generator: keyring(), children: [keyring()] });
  const { result } = await encryptWith(0x0378).encrypt(both, DIGITS, { suiteId: 0x0378 });
  await expect(decrypted(result)).rejects.toThrow(MalformedMessageError);
});

it("decrypts messages side by side, and after one that it refuses", async () => {
  const unwrapper = unwrapperOf(pair);
  const messages = await Promise.all(["1", "22", "333", "4444", "55555"].map(encrypted));
  const changed = Buffer.from(message);
  changed.writeUInt8(changed.readUInt8(300) ^ 1, 300); // in the wrapped data key
  for (let round = 0; round < 2; round++) {
    const all = [changed, ...messages].map((bytes) => decryptWith(bytes, unwrapper));
    const lengths = (await Promise.allSettled(all)).map((one) =>
      one.status === "fulfilled" ? one.value.reveal().length : one.reason.reason,
    );
    expect(lengths).toEqual(["tampered-message", 1, 2, 3, 4, 5]);
  }
});

it("refuses a message that lacks the key of its signature", async () => {
  const nameless = message.toString("latin1").replace("aws-crypto-public-key", "aws-crypto-public-kez");
  expect(await reasonOf(decrypted(Buffer.from(nameless, "latin1")))).toBe("tampered-message");
});

it("tells a private key of another pair from a changed message", async () => {
  expect(await reasonOf(decrypted(message, await smallKeyPair()))).toBe("wrong-private-key");
});

it("notices every changed byte from the data key to the signature", async () => {
  const wrongly: number[] = [];
  // the wrapped key, the header's tag, the body and the signature; the bytes before name key and format
  for (let position = 220; position < message.length; position += 7) {
    const changed = Buffer.from(message);
    changed.writeUInt8(changed.readUInt8(position) ^ 0x40, position);
    const reason = await reasonOf(decrypted(changed));
    if (reason !== "tampered-message" && !reason.startsWith("MalformedMessageError")) wrongly.push(position);
  }
  expect(wrongly).toEqual([]);
});

describe("as the SDK's own decrypt", () => {
  const suites = Object.values(AlgorithmSuiteIdentifier).filter((id) => typeof id === "number");

  it.each(suites.flatMap((suiteId) => [5, 4096].map((frameLength) => ({ suiteId, frameLength }))))(
    "decrypts algorithm suite $suiteId in frames of $frameLength bytes, and refuses it changed",
    async ({ suiteId, frameLength }) => {
      const { result } = await encryptWith(suiteId).encrypt(keyringFor(pair, KEY_ID), DIGITS, {
        suiteId,
        frameLength,
        encryptionContext: { purpose: "test", language: "日本語" },
      });
      const unwrapper = unwrapperOf(pair);
      const ours = async (bytes: Buffer) => {
        try {
          return (await decryptWith(bytes, unwrapper)).reveal();
        } catch {
          return undefined;
        }
      };
      expect((await ours(result)) === DIGITS).toBe(true);
      expect((await decryptedBySdk(result, pair, KEY_ID)) === DIGITS).toBe(true);
      const differing: number[] = [];
      for (let position = suiteId % 89; position < result.length; position += 89) {
        const changed = Buffer.from(result);
        changed.writeUInt8(changed.readUInt8(position) ^ (1 << (position & 7)), position);
        if ((await ours(changed)) !== undefined) differing.push(position);
        if ((await decryptedBySdk(changed, pair, KEY_ID)) !== undefined) differing.push(-position);
      }
      expect(differing).toEqual([]);
    },
  );

  it("notices frames in another order, left out or twice", async () => {
    // unsigned: nothing else than the frames' own numbers tells
    const { result } = await encryptWith(0x0178).encrypt(keyringFor(pair, KEY_ID), DIGITS, {
      suiteId: 0x0178,
      frameLength: 5,
    });
    const { header, frames } = readMessage(result);
    const bodyStart = header.headerLength + header.headerAuth.headerAuthLength;
    const whole = 4 + 12 + 5 + 16; // sequence number, IV, content, tag
    const frame = (index: number) => result.subarray(bodyStart + index * whole, bodyStart + (index + 1) * whole);
    const rest = result.subarray(bodyStart + (frames.length - 1) * whole);
    expect(frames.length).toBe(4);
    const orders = [[1, 0, 2], [0, 1], [0, 1, 1, 2], [0, 1, 2, 2], []];
    for (const order of orders) {
      const changed = Buffer.concat([result.subarray(0, bodyStart), ...order.map(frame), rest]);
      expect(await reasonOf(decrypted(changed))).toMatch(/not in their order/);
      expect(await decryptedBySdk(changed, pair, KEY_ID)).toBeUndefined();
    }
  });
});
