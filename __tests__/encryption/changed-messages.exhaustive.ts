import { createPrivateKey, type KeyObject } from "node:crypto";
import { buildClient, CommitmentPolicy } from "@aws-crypto/client-node";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { decryptInput, readEncryptedInput } from "../../functions/decrypt-customer-input/encrypted-input";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { keyringFor } from "../support/keyrings";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";
const DIGITS = "4111111111111111";
/** All but the first are found before the function fetches a key. */
const REJECTIONS = [
  "tampered-message",
  "malformed-message",
  "too-many-data-keys",
  "unknown-provider",
  "unknown-key-id",
];

let pair: KeyPair;
let privateKey: KeyObject;
beforeAll(async () => {
  pair = await smallKeyPair();
  privateKey = createPrivateKey(pair.privateKey);
});

const asConnect = async () =>
  Buffer.from(
    await encryptCustomerInput(new SensitiveDigits(DIGITS), { keyId: KEY_ID, publicKey: publicKeyOf(pair) }),
    "base64",
  );
const inFrames = (commitmentPolicy: CommitmentPolicy, suiteId: number) => async () => {
  const { encrypt } = buildClient(commitmentPolicy);
  return (await encrypt(keyringFor(pair, KEY_ID), DIGITS, { suiteId, frameLength: 5 })).result;
};
const { FORBID_ENCRYPT_ALLOW_DECRYPT, REQUIRE_ENCRYPT_REQUIRE_DECRYPT } = CommitmentPolicy;

describe.each([
  { message: "as Connect writes it", write: asConnect },
  { message: "in several frames", write: inFrames(FORBID_ENCRYPT_ALLOW_DECRYPT, 0x0378) },
  { message: "that commits to its key", write: inFrames(REQUIRE_ENCRYPT_REQUIRE_DECRYPT, 0x0578) },
])("rejects a message $message", ({ write }) => {
  // In AWS a changed key id selects another key or none. Here it always selects the right key.
  const outcomeOf = async (bytes: Buffer) => {
    try {
      await decryptInput(readEncryptedInput(bytes.toString("base64")), privateKey);
      return "decrypted";
    } catch (error) {
      return (error as { code?: string }).code ?? "unexpected";
    }
  };
  let message: Buffer;
  beforeAll(async () => {
    message = await write();
    expect(await outcomeOf(message)).toBe("decrypted");
  });

  it("if any one bit is changed", async () => {
    const accepted: string[] = [];
    for (let bit = 0; bit < message.length * 8; bit++) {
      const changed = Buffer.from(message);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const outcome = await outcomeOf(changed);
      if (!REJECTIONS.includes(outcome)) accepted.push(`bit ${bit}: ${outcome}`);
    }
    expect(accepted).toEqual([]);
  }, 600_000);

  it("if any one byte is missing, or the message ends before it", async () => {
    const accepted: string[] = [];
    for (let position = 0; position < message.length; position++) {
      const without = Buffer.concat([message.subarray(0, position), message.subarray(position + 1)]);
      for (const changed of [without, message.subarray(0, position)]) {
        const outcome = await outcomeOf(changed);
        if (!REJECTIONS.includes(outcome)) accepted.push(`byte ${position}: ${outcome}`);
      }
    }
    expect(accepted).toEqual([]);
  }, 600_000);
});
