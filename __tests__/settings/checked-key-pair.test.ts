import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { KeyPairError } from "../../encryption/pem";
import { checkKeyPair } from "../../settings/checked-key-pair";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let pair: KeyPair;
let other: KeyPair;
beforeAll(async () => {
  [pair, other] = await Promise.all([smallKeyPair(), smallKeyPair()]);
  writeKeyPair(join(folder, "pair"), pair);
});

const certificateOnly = () => ({
  name: "my-pair",
  files: { certificate: keyPairFiles(join(folder, "pair")).certificate },
});

it("takes the private key from its file, or from a variable where none is named", () => {
  const files = keyPairFiles(join(folder, "pair"));
  expect(checkKeyPair({ name: "pair", files }, {})).toMatchObject({
    certificate: pair.certificate,
    publicKey: pair.publicKey,
    privateKey: { file: files.privateKey },
  });
  expect(checkKeyPair(certificateOnly(), {}).privateKey).toEqual({ variable: "private_key_my_pair" });
});

it("hands on nothing of the private key", () => {
  const checked = checkKeyPair({ name: "pair", files: keyPairFiles(join(folder, "pair")) }, {});
  expect(JSON.stringify(checked)).not.toContain("PRIVATE KEY");
});

it("compares a private key in the environment with the certificate", () => {
  expect(() => checkKeyPair(certificateOnly(), { TF_VAR_private_key_my_pair: pair.privateKey })).not.toThrow();
  expect(() => checkKeyPair(certificateOnly(), { TF_VAR_private_key_my_pair: other.privateKey })).toThrow(
    /^The environment variable TF_VAR_private_key_my_pair and .*certificate\.pem are of different key pairs/,
  );
  expect(() => checkKeyPair(certificateOnly(), { TF_VAR_private_key_my_pair: "x" })).toThrow(
    /^The environment variable TF_VAR_private_key_my_pair is not a private key/,
  );
});

it("says which command makes a pair that is not there", () => {
  const files = keyPairFiles("keys/none");
  expect(() => checkKeyPair({ name: "none", files }, {})).toThrow(
    'keys/none/certificate.pem does not exist: make the key pair with "npm run ivr -- keys create none"',
  );
});

it("does not take a pair that cannot be read for one that is not there", () => {
  const files = keyPairFiles(join(folder, "loop"));
  symlinkSync("loop", join(folder, "loop"));
  expect(() => checkKeyPair({ name: "loop", files }, {})).toThrow(
    new KeyPairError(`${files.certificate} cannot be read (ELOOP).`),
  );
});

it("refuses what Connect would only fail calls on", async () => {
  const refusing = async (name: string, certificate: string, privateKey = pair.privateKey) => {
    writeKeyPair(join(folder, name), { ...pair, certificate, privateKey });
    return expect(() => checkKeyPair({ name, files: keyPairFiles(join(folder, name)) }, {}));
  };
  (await refusing("expired", await certificateFor(pair, { toDay: -1 }))).toThrow(/expired on/);
  (await refusing("early", await certificateFor(pair, { fromDay: 1 }))).toThrow(/not valid before/);
  (await refusing("foreign", await certificateFor(pair, { signedBy: other }))).toThrow(/does not verify/);
  (await refusing("mixed", pair.certificate, other.privateKey)).toThrow(/different key pairs/);
  writeFileSync(join(folder, "mixed", "certificate.pem"), "garbage");
  expect(() => checkKeyPair({ name: "mixed", files: keyPairFiles(join(folder, "mixed")) }, {})).toThrow(
    /not an X\.509/,
  );
});
