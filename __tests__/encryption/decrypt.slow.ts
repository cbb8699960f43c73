import { createPrivateKey } from "node:crypto";
import { buildClient, CommitmentPolicy } from "@aws-crypto/client-node";
import { decryptCustomerInput } from "../../encryption/decrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { readMessage } from "../../encryption/message";
import { smallKeyPair } from "../support/key-pairs";
import { decryptedBySdk, keyringFor } from "../support/keyrings";
import { messageAndSigner } from "../support/re-signed";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";
const DIGITS = "4111111111111111";

let pair: KeyPair;
beforeAll(async () => {
  pair = await smallKeyPair();
});

/** Decrypts with our keyring and materials manager. Returns the reason if the message is rejected. */
async function ours(bytes: Buffer): Promise<{ digits: string } | { reason: string }> {
  const key = { keyId: KEY_ID, privateKey: createPrivateKey(pair.privateKey) };
  try {
    return { digits: (await decryptCustomerInput(readMessage(bytes), key)).reveal() };
  } catch (error) {
    const { reason, name } = error as Error & { reason?: string };
    return { reason: reason ?? name };
  }
}
const sdks = (bytes: Buffer) => decryptedBySdk(bytes, pair, KEY_ID);
const isDecryptedByBoth = async (bytes: Buffer) =>
  JSON.stringify(await ours(bytes)) === JSON.stringify({ digits: DIGITS }) && (await sdks(bytes)) === DIGITS;

const changedAt = (bytes: Uint8Array, position: number, bits: number) => {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(position) ^ bits, position);
  return changed;
};

const signing = [0x0214, 0x0346, 0x0378, 0x0578];
it.each(signing.flatMap((suiteId) => [5, 16, 4096].map((frameLength) => ({ suiteId, frameLength }))))(
  "rejects a changed message as the SDK does: algorithm suite $suiteId in frames of $frameLength bytes",
  async ({ suiteId, frameLength }) => {
    const policy =
      suiteId > 0x0400
        ? CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        : CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT;
    const { result } = await buildClient(policy).encrypt(keyringFor(pair, KEY_ID), DIGITS, {
      suiteId,
      frameLength,
      encryptionContext: { purpose: "test", language: "日本語" },
    });
    expect(await isDecryptedByBoth(result)).toBe(true);
    const accepted: number[] = [];
    for (let position = suiteId % 89; position < result.length; position += 89) {
      const changed = changedAt(result, position, 1 << (position & 7));
      if ("digits" in (await ours(changed)) || (await sdks(changed)) !== undefined) accepted.push(position);
    }
    expect(accepted).toEqual([]);
  },
);

it("rejects a changed message whose signature is valid", async () => {
  const { message, resign } = await messageAndSigner(keyringFor(pair, KEY_ID), DIGITS);
  const { header, signed } = readMessage(message);
  expect(await isDecryptedByBoth(resign(signed))).toBe(true);
  const accepted: number[] = [];
  const reasons = new Set<string>();
  // Does not change the public key of the signature, at the start of the encryption context.
  const afterContext = header.rawHeader.length - 300;
  for (const position of [...Array(signed.length).keys()].filter((at) => at < 20 || at > afterContext)) {
    if (position % 3 > 0) continue;
    const changed = resign(changedAt(signed, position, 0x10));
    const result = await ours(changed);
    reasons.add("reason" in result ? result.reason : "none");
    if ((await sdks(changed)) !== undefined) accepted.push(position);
  }
  expect(accepted).toEqual([]);
  expect([...reasons].sort()).toEqual(["MalformedMessageError", "wrong-private-key"]);
});
