import { createPrivateKey } from "node:crypto";
import { DataKeyUnwrapper } from "../../encryption/data-key-unwrapper";
import { encryptCustomerInput } from "../../encryption/encrypt";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { decryptInput, readEncryptedInput } from "../../functions/decrypt-customer-input/encrypted-input";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";

const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";
/** What a header can say that is refused before a key is looked for */
const UNREADABLE = ["malformed-message", "too-many-data-keys", "unknown-provider", "unknown-key-id"];

it("refuses a message of which any one bit was changed", async () => {
  const pair = await smallKeyPair();
  const unwrapper = new DataKeyUnwrapper(createPrivateKey(pair.privateKey));
  const digits = new SensitiveDigits("4111111111111111");
  const base64 = await encryptCustomerInput(digits, { keyId: KEY_ID, publicKey: publicKeyOf(pair) });
  const message = Buffer.from(base64, "base64");

  // A changed key id would find another key or none; here it finds the right one, and is refused all the same.
  const outcomeOf = async (bytes: Buffer) => {
    try {
      await decryptInput(readEncryptedInput(bytes.toString("base64")), unwrapper);
      return "decrypted";
    } catch (error) {
      return (error as { code?: string }).code ?? "unexpected";
    }
  };
  expect(await outcomeOf(message)).toBe("decrypted");

  const wrongly: string[] = [];
  for (let bit = 0; bit < message.length * 8; bit++) {
    const changed = Buffer.from(message);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const outcome = await outcomeOf(changed);
    if (outcome !== "tampered-message" && !UNREADABLE.includes(outcome)) wrongly.push(`bit ${bit}: ${outcome}`);
  }
  expect(wrongly).toEqual([]);
}, 600_000);
