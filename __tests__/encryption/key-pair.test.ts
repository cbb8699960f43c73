import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateProblems } from "../../encryption/certificate";
import { createKeyPair, importKeyPair, type KeyPair } from "../../encryption/key-pair";
import { describeKeyPair, keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { parseCertificate, parsePrivateKey, publicKeyPem } from "../../encryption/pem";
import { certificateFor, largeKeyPair, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";

const FIXTURES = join(__dirname, "../fixtures");
const folder = temporaryFolder();
let pair: KeyPair;
let other: KeyPair;
beforeAll(async () => {
  [pair, other] = await Promise.all([smallKeyPair(), smallKeyPair()]);
});

describe("createKeyPair", () => {
  it("creates RSA-4096, SHA-256, 730 days, self-signed, as AWS's blog post does", async () => {
    // The test setup creates this key pair with the default options.
    const created = await largeKeyPair();
    const certificate = new X509Certificate(created.certificate);
    expect(created.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(4096);
    expect(certificate.verify(createPublicKey(created.publicKey))).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(created.privateKey))).toBe(true);
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    expect(days).toBe(730);
    expect(certificate.subject).toBe("CN=Amazon Connect customer input");
    expect(created.publicKey.length).toBeLessThanOrEqual(1024);
  });

  it("uses the given size, days and subject", async () => {
    const created = await createKeyPair({ bits: 2048, days: 3, subject: "CN=card capture, O=Example" });
    writeKeyPair(join(folder, "options"), created);
    expect(describeKeyPair(keyPairFiles(join(folder, "options")), new Date())).toMatchObject({
      keyBits: 2048,
      daysLeft: 3,
      subject: "CN=card capture, O=Example",
      belongTogether: true,
      problems: [],
    });
  });

  it.each([
    [{ bits: 1024 }, /1024 bits cannot be used/],
    [{ bits: 8192 }, /8192 bits cannot be used/],
    [{ subject: "nonsense" }, /"nonsense" is not a distinguished name/],
    [{ subject: "" }, /is not a distinguished name/],
  ])("rejects %j", async (options, sentence) => {
    await expect(createKeyPair(options)).rejects.toThrow(sentence);
  });

  it("creates a public key within Connect's 1024 characters at the largest size", () => {
    const largest = createPublicKey(readFileSync(join(FIXTURES, "rsa-5120-public-key.pem"), "utf8"));
    expect(largest.asymmetricKeyDetails?.modulusLength).toBe(5120);
    expect(publicKeyPem(largest).length).toBeLessThanOrEqual(1024);
  });
});

describe("writeKeyPair", () => {
  it("writes files that only their owner can read", () => {
    const target = join(folder, "keys", "primary");
    writeKeyPair(target, pair);
    expect(readdirSync(target).sort()).toEqual(["certificate.pem", "private-key.pem", "public-key.pem"]);
    expect(statSync(target).mode & 0o777).toBe(0o700);
    expect(statSync(join(target, "private-key.pem")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(target, "private-key.pem"), "utf8")).toBe(pair.privateKey);
  });

  it("never overwrites a key pair", () => {
    const target = join(folder, "keys", "taken");
    writeKeyPair(target, pair);
    expect(() => writeKeyPair(target, other)).toThrow(/taken already exists and was not changed/);
    expect(readFileSync(join(target, "private-key.pem"), "utf8")).toBe(pair.privateKey);
  });

  it("leaves no folder behind if a file cannot be written", () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    const broken = { ...pair, publicKey: undefined as unknown as string };
    expect(() => writeKeyPair(join(closed, "primary"), broken)).toThrow();
    expect(readdirSync(closed)).toEqual([]);
    chmodSync(closed, 0o700);
  });
});

describe("importKeyPair and certificateProblems reject in one sentence", () => {
  const where = { privateKey: "private.pem", certificate: "cert.pem" };
  const importing =
    (certificate: string, privateKey = pair.privateKey) =>
    () =>
      importKeyPair({ privateKey: parsePrivateKey(privateKey, where.privateKey), certificate }, where);
  it("a certificate of another pair", () => {
    expect(importing(other.certificate)).toThrow(/^cert\.pem does not belong to private\.pem: it does not verify/);
  });

  it("a certificate of the pair, signed by another key", async () => {
    const certificate = await certificateFor(pair, { signedBy: other });
    expect(importing(certificate)).toThrow(/^cert\.pem .* does not verify with the public key/);
  });

  it("an expired certificate", async () => {
    expect(importing(await certificateFor(pair, { toDay: -1 }))).toThrow(/^cert\.pem expired on \d{4}-\d\d-\d\d/);
  });

  it("a certificate that is not valid yet", async () => {
    expect(importing(await certificateFor(pair, { fromDay: 2 }))).toThrow(
      /^cert\.pem is not valid before \d{4}-\d\d-\d\d/,
    );
  });

  it("a key that is not RSA", () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const certificate = parseCertificate(pair.certificate, "cert.pem");
    expect(certificateProblems(certificate, publicKey, new Date(), "key.pem")).toEqual([
      "key.pem holds a key of the type ec: Connect encrypts with RSA keys only.",
    ]);
  });

  it.each([
    [
      "1024 bits",
      () => generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey,
      /1024 bits: use at least 2048 bits/,
    ],
    [
      "6144 bits",
      () => createPublicKey(readFileSync(join(FIXTURES, "rsa-6144-public-key.pem"), "utf8")),
      /public key has \d+ characters: Connect accepts at most 1024/,
    ],
  ])("an RSA key of %s", (_, publicKey, sentence) => {
    const certificate = parseCertificate(pair.certificate, "cert.pem");
    expect(certificateProblems(certificate, publicKey(), new Date(), "key.pem").join()).toMatch(sentence);
  });

  it("an encrypted private key", () => {
    const encrypted = createPrivateKey(pair.privateKey)
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
      .toString();
    expect(importing(pair.certificate, encrypted)).toThrow(/^private\.pem is an encrypted private key/);
  });

  it.each(["", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])(
    "garbage: %j",
    (garbage) => {
      expect(importing(pair.certificate, garbage)).toThrow(/^private\.pem is not a private key in PEM form/);
      expect(importing(garbage)).toThrow(/^cert\.pem is not an X\.509 certificate in PEM form/);
    },
  );
});

describe("describeKeyPair", () => {
  it("reports files that belong to different key pairs", () => {
    const mixed = join(folder, "mixed");
    writeKeyPair(mixed, pair);
    writeFileSync(join(mixed, "public-key.pem"), other.publicKey);
    writeFileSync(join(mixed, "private-key.pem"), other.privateKey);
    const description = describeKeyPair(keyPairFiles(mixed), new Date());
    expect(description.belongTogether).toBe(false);
    expect(description.problems.slice(0, 2)).toEqual([
      expect.stringContaining("public-key.pem and"),
      expect.stringContaining("private-key.pem and"),
    ]);
  });

  it("needs no private key", () => {
    const files = { certificate: join(folder, "mixed", "certificate.pem") };
    expect(describeKeyPair(files, new Date())).toMatchObject({
      privateKey: "absent",
      belongTogether: true,
      problems: [],
    });
  });

  it("counts the days that are left, and reports an expired certificate", () => {
    const files = { certificate: join(folder, "mixed", "certificate.pem") };
    const inDays = (days: number) => describeKeyPair(files, new Date(Date.now() + days * 86_400_000));
    expect(inDays(1).daysLeft).toBe(729);
    expect(inDays(731)).toMatchObject({ daysLeft: -1, problems: [expect.stringContaining("expired on")] });
  });
});
