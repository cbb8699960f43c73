// How much longer decrypting an input takes than the cryptography it cannot do without: the RSA private operation that
// unwraps the data key, and the check of the signature. Prints medians of one run, and their ratio.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { parseArgs } from "node:util";
import { OAEP_HASH } from "../encryption/connect-format";
import { decryptCustomerInput } from "../encryption/decrypt";
import { encryptCustomerInput } from "../encryption/encrypt";
import { createKeyPair } from "../encryption/key-pair";
import { decodeMessage } from "../encryption/message";
import { SensitiveDigits } from "../encryption/sensitive-digits";

const ROUNDS = 200;
const WARM_UP = 20;
const KEY_ID = "a25c35f8-8be6-4809-bb46-e9b96402264f";

async function medianMs(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    if (round >= 0) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2] as number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const pair = await createKeyPair();
  const [privateKey, publicKey] = [createPrivateKey(pair.privateKey), createPublicKey(pair.publicKey)];
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: OAEP_HASH };
  const wrapped = publicEncrypt({ key: publicKey, ...padding }, randomBytes(32));
  const signer = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const signed = randomBytes(780);
  const signature = sign("sha384", signed, signer.privateKey);
  const message = decodeMessage(
    await encryptCustomerInput(new SensitiveDigits("4111111111111111"), { keyId: KEY_ID, publicKey }),
  );

  const floor = await medianMs(() => {
    privateDecrypt({ key: privateKey, ...padding }, wrapped);
    verify("sha384", signed, signer.publicKey, signature);
  });
  const decrypt = await medianMs(() => decryptCustomerInput(message, { keyId: KEY_ID, privateKey }));
  const rows = { "RSA-4096 private operation and P-384 verification": floor, decryptCustomerInput: decrypt };
  if (values.json) console.log(JSON.stringify({ floorMs: floor, decryptMs: decrypt, ratio: decrypt / floor }));
  else {
    console.table(
      Object.fromEntries(
        Object.entries(rows).map(([name, ms]) => [
          name,
          { "median ms": ms.toFixed(2), ratio: (ms / floor).toFixed(2) },
        ]),
      ),
    );
  }
}

main();
