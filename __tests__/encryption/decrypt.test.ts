import { createPrivateKey } from "node:crypto";
import { buildClient, CommitmentPolicy, MultiKeyringNode } from "@aws-crypto/client-node";
import { DataKeyUnwrapper } from "../../encryption/data-key-unwrapper";
import { DecryptionError, decryptCustomerInput } from "../../encryption/decrypt";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { decodeMessage, MalformedMessageError, readMessage } from "../../encryption/message";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { decryptedBySdk, keyringFor } from "../support/keyrings";
import { messageAndSigner } from "../support/signed-anew";

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
  /** What was typed, or nothing where it is refused. */
  const ours = async (bytes: Buffer) => {
    try {
      return (await decrypted(bytes)).reveal();
    } catch {
      return undefined;
    }
  };
  const sdks = (bytes: Buffer) => decryptedBySdk(bytes, pair, KEY_ID);

  const signing = [0x0214, 0x0346, 0x0378, 0x0578];
  it.each(signing.flatMap((suiteId) => [5, 16, 4096].map((frameLength) => ({ suiteId, frameLength }))))(
    "decrypts algorithm suite $suiteId in frames of $frameLength bytes, and refuses it changed",
    async ({ suiteId, frameLength }) => {
      const { result } = await encryptWith(suiteId).encrypt(keyringFor(pair, KEY_ID), DIGITS, {
        suiteId,
        frameLength,
        encryptionContext: { purpose: "test", language: "日本語" },
      });
      expect((await ours(result)) === DIGITS && (await sdks(result)) === DIGITS).toBe(true);
      const wrongly: number[] = [];
      for (let position = suiteId % 89; position < result.length; position += 89) {
        const changed = Buffer.from(result);
        changed.writeUInt8(changed.readUInt8(position) ^ (1 << (position & 7)), position);
        if ((await ours(changed)) !== undefined || (await sdks(changed)) !== undefined) wrongly.push(position);
      }
      expect(wrongly).toEqual([]);
    },
  );

  it("notices what was changed and signed anew", async () => {
    const { message: whole, signAnew } = await messageAndSigner(keyringFor(pair, KEY_ID), DIGITS);
    const { header, signed } = readMessage(whole);
    expect((await ours(signAnew(signed))) === DIGITS && (await sdks(signAnew(signed))) === DIGITS).toBe(true);
    const wrongly: number[] = [];
    const reasons = new Set<string>();
    // not the key of the signature, of course, which begins with the encryption context
    const afterContext = header.rawHeader.length - 300;
    for (const position of [...Array(signed.length).keys()].filter((at) => at < 20 || at > afterContext)) {
      if (position % 3 > 0) continue;
      const changed = Buffer.from(signed);
      changed.writeUInt8(changed.readUInt8(position) ^ 0x10, position);
      reasons.add(await reasonOf(decrypted(signAnew(changed))));
      if ((await sdks(signAnew(changed))) !== undefined) wrongly.push(position);
    }
    expect(wrongly).toEqual([]);
    expect([...reasons].filter((reason) => !reason.startsWith("MalformedMessageError"))).toEqual(["wrong-private-key"]);
  });

  it("notices frames in another order, left out or twice, and signed anew", async () => {
    const { message: whole, signAnew } = await messageAndSigner(keyringFor(pair, KEY_ID), DIGITS);
    const { header, frames, signed } = readMessage(whole);
    const bodyStart = header.headerLength + header.headerAuth.headerAuthLength;
    const frameBytes = 4 + 12 + 5 + 16; // sequence number, IV, content, tag
    const frame = (index: number) => signed.subarray(bodyStart + index * frameBytes).subarray(0, frameBytes);
    expect(frames.length).toBe(4);
    for (const order of [[1, 0, 2], [0, 1], [0, 1, 1, 2], [0, 1, 2, 2], []]) {
      const last = signed.subarray(bodyStart + 3 * frameBytes);
      const changed = signAnew(Buffer.concat([signed.subarray(0, bodyStart), ...order.map(frame), last]));
      expect(await reasonOf(decrypted(changed))).toMatch(/not in their order/);
      expect(await sdks(changed)).toBeUndefined();
    }
  });

  it.each([0x0014, 0x0178, 0x0478])("but refuses what is not signed: algorithm suite %i", async (suiteId) => {
    const { result } = await encryptWith(suiteId).encrypt(keyringFor(pair, KEY_ID), DIGITS, { suiteId });
    expect((await sdks(result)) === DIGITS).toBe(true);
    expect(await reasonOf(decrypted(result))).toMatch(/it is not signed/);
  });
});

it("wipes the data key, also where it cannot use it", async () => {
  const keys: Uint8Array[] = [];
  class Watched extends DataKeyUnwrapper {
    extraBytes = 0;
    override async unwrap(wrapped: Uint8Array): Promise<Uint8Array> {
      const key = new Uint8Array([...(await super.unwrap(wrapped)), ...new Uint8Array(this.extraBytes).fill(1)]);
      keys.push(key);
      return key;
    }
  }
  const unwrapper = new Watched(createPrivateKey(pair.privateKey));
  await decryptWith(message, unwrapper);
  const changed = Buffer.from(message);
  changed.writeUInt8(changed.readUInt8(message.length - 20) ^ 1, message.length - 20);
  expect(await reasonOf(decryptWith(changed, unwrapper))).toBe("tampered-message");
  while (keys.length < 2) await new Promise((resolve) => setImmediate(resolve));
  unwrapper.extraBytes = 1;
  expect(await reasonOf(decryptWith(message, unwrapper))).toBe("wrong-private-key");
  expect(keys.map((key) => [key.length, key.every((byte) => byte === 0)])).toEqual([
    [32, true],
    [32, true],
    [33, true],
  ]);
});
