import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { KeyPairError } from "../../encryption/pem";
import { checkPrivateKeyVariable, loadKeyPair, privateKeyEnvironmentVariable } from "../../settings/usable-key-pair";
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

it("reads the private key from its file, or from a variable where no file is named", () => {
  const files = keyPairFiles(join(folder, "pair"));
  expect(loadKeyPair({ name: "pair", files }, {})).toMatchObject({
    certificate: pair.certificate,
    publicKey: pair.publicKey,
    privateKey: { file: files.privateKey },
  });
  expect(loadKeyPair(certificateOnly(), {}).privateKey).toEqual({ variable: "private_key_my_pair" });
});

it("does not return the private key", () => {
  const usable = loadKeyPair({ name: "pair", files: keyPairFiles(join(folder, "pair")) }, {});
  expect(JSON.stringify(usable)).not.toContain("PRIVATE KEY");
});

it("compares a private key in the environment with the certificate", () => {
  expect(() => loadKeyPair(certificateOnly(), { TF_VAR_private_key_my_pair: pair.privateKey })).not.toThrow();
  expect(() => loadKeyPair(certificateOnly(), { TF_VAR_private_key_my_pair: other.privateKey })).toThrow(
    /^The environment variable TF_VAR_private_key_my_pair and .*certificate\.pem belong to different key pairs/,
  );
  expect(() => loadKeyPair(certificateOnly(), { TF_VAR_private_key_my_pair: "x" })).toThrow(
    /^The environment variable TF_VAR_private_key_my_pair is not a private key/,
  );
});

it("reports whether a private key is in the environment", () => {
  expect(privateKeyEnvironmentVariable("my-pair")).toBe("TF_VAR_private_key_my_pair");
  expect(checkPrivateKeyVariable(certificateOnly(), {})).toBe("unset");
  expect(checkPrivateKeyVariable(certificateOnly(), { TF_VAR_private_key_my_pair: "" })).toBe("unset");
  expect(checkPrivateKeyVariable(certificateOnly(), { TF_VAR_private_key_my_pair: pair.privateKey })).toBe("matches");
});

it("names the command that creates a missing key pair", () => {
  const files = keyPairFiles("keys/none");
  expect(() => loadKeyPair({ name: "none", files }, {})).toThrow(
    'keys/none/certificate.pem does not exist: create the key pair with "npm run ivr -- keys create none"',
  );
});

it("does not report an unreadable key pair as missing", () => {
  const files = keyPairFiles(join(folder, "loop"));
  symlinkSync("loop", join(folder, "loop"));
  expect(() => loadKeyPair({ name: "loop", files }, {})).toThrow(
    new KeyPairError(`${files.certificate} cannot be read (ELOOP).`),
  );
});

it("rejects key pairs that Connect accepts and then fails calls with", async () => {
  const rejected = async (name: string, certificate: string, privateKey = pair.privateKey) => {
    writeKeyPair(join(folder, name), { ...pair, certificate, privateKey });
    return expect(() => loadKeyPair({ name, files: keyPairFiles(join(folder, name)) }, {}));
  };
  (await rejected("expired", await certificateFor(pair, { toDay: -1 }))).toThrow(/expired on/);
  (await rejected("early", await certificateFor(pair, { fromDay: 1 }))).toThrow(/not valid before/);
  (await rejected("foreign", await certificateFor(pair, { signedBy: other }))).toThrow(/does not verify/);
  (await rejected("mixed", pair.certificate, other.privateKey)).toThrow(/different key pairs/);
  writeFileSync(join(folder, "mixed", "certificate.pem"), "garbage");
  expect(() => loadKeyPair({ name: "mixed", files: keyPairFiles(join(folder, "mixed")) }, {})).toThrow(/not an X\.509/);
});
