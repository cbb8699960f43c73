import { createPrivateKey } from "node:crypto";
import { buildClient, CommitmentPolicy, MultiKeyringNode } from "@aws-crypto/client-node";
import { DataKeyUnwrapper } from "../../encryption/data-key-unwrapper";
import { DecryptionError, decryptCustomerInput } from "../../encryption/decrypt";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { decodeMessage, readDataKeys } from "../../encryption/message";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { keyringFor } from "../support/keyrings";

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
const unwrapperOf = (key: KeyPair) => new DataKeyUnwrapper(createPrivateKey(key.privateKey));
const decrypted = (bytes: Buffer, key = pair) => decryptWith(bytes, unwrapperOf(key));
const decryptWith = async (bytes: Buffer, unwrapper: DataKeyUnwrapper) => {
  const [dataKey] = readDataKeys(bytes);
  if (!dataKey) throw new Error("no data key");
  return decryptCustomerInput(bytes, dataKey, unwrapper);
};
const reasonOf = async (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error) => (error instanceof DecryptionError ? error.reason : String(error)),
  );

it.each([0, 1, 4, 16, 20])("decrypts what it encrypted, of %i digits", async (length) => {
  const digits = "01234567890123456789".slice(0, length);
  expect((await decrypted(await encrypted(digits))).reveal() === digits).toBe(true);
});

it("decrypts key-committing messages, too", async () => {
  const keyring = keyringFor(pair, KEY_ID);
  const { encrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  expect((await decrypted((await encrypt(keyring, DIGITS)).result)).reveal() === DIGITS).toBe(true);
});

it("takes no message with two data keys", async () => {
  const keyring = () => keyringFor(pair, KEY_ID);
  const { encrypt } = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
  const both = new MultiKeyringNode({ generator: keyring(), children: [keyring()] });
  const { result } = await encrypt(both, DIGITS, { suiteId: 0x0378 });
  await expect(decrypted(result)).rejects.toThrow(DecryptionError);
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

it("takes no data key but the message's own", async () => {
  const unwrapper = unwrapperOf(pair);
  const [own] = readDataKeys(message);
  const [other] = readDataKeys(await encrypted(DIGITS));
  if (!own || !other) throw new Error("no data key");
  for (const wrong of [other, { ...own, keyId: "another" }, { ...own, provider: "another" }]) {
    await expect(decryptCustomerInput(message, wrong, unwrapper)).rejects.toThrow(DecryptionError);
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
