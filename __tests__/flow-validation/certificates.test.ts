import { generateKeyPairSync } from "node:crypto";
import { describeProblem, validateFlow } from "../../flow-validation/validate-flow";
import { certificateFile } from "../support/certificates";
import { exportedFlow, parameter, withStep } from "../support/flows";

const card = exportedFlow("encrypted-input");
const NOW = new Date("2027-01-01T00:00:00Z");
const VALID = certificateFile("valid");
const BASE64 = VALID.replace(/-----.*-----|\n/g, "");
const DER = Buffer.from(BASE64, "base64");
const pemOf = (der: string) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der, "latin1").toString("base64")}\n-----END CERTIFICATE-----\n`;

const withKey = (key: string) => withStep(card, "Ask", parameter("InputEncryption.Key", key));
const withKeyId = (id: string) => withStep(card, "Ask", parameter("InputEncryption.EncryptionKeyId", id));
const rulesFor = (key: string, now = NOW) => validateFlow(withKey(key), now).map(({ rule }) => rule);

it.each([
  ["as its file", VALID, []],
  ["without the last line break", VALID.trimEnd(), []],
  ["with the line breaks of Windows", VALID.replaceAll("\n", "\r\n"), []],
  ["after other text", `subject=CN = test\n${VALID}`, []],
  ["in longer lines", `-----BEGIN CERTIFICATE-----\n${BASE64}\n-----END CERTIFICATE-----`, []],
  ["known later, by Terraform", "${TfToken[TOKEN.1]}", []],
  ["known later, by a template", "{{certificate}}", []],
  ["known during a call", "$.Attributes.certificate", []],
  ["no certificate", "certificate-content", ["certificate"]],
  ["a certificate request", VALID.replaceAll("CERTIFICATE", "CERTIFICATE REQUEST"), ["certificate"]],
  ["its first line", "-----BEGIN CERTIFICATE-----", ["certificate-truncated"]],
  ["a half", VALID.slice(0, 500), ["certificate-truncated"]],
  ["without its last line", VALID.replace("-----END CERTIFICATE-----\n", ""), ["certificate-truncated"]],
  ["without its last lines of Base64", VALID.replace(/.{64}\n.*\n(-----END)/, "$1"), ["certificate-truncated"]],
  ["not in Base64", VALID.replace("MII", "MII…"), ["certificate-unreadable"]],
  ["with changed Base64", VALID.replace("MII", "MAA"), ["certificate-unreadable"]],
  [
    "with a date that cannot be read",
    pemOf(DER.toString("latin1").replace("260101000000Z", "260101000000X")),
    ["certificate-unreadable"],
  ],
  ["without Base64", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", ["certificate-unreadable"]],
  ["on one line", VALID.replaceAll("\n", ""), ["certificate-on-one-line"]],
  [
    "on one line after the first",
    VALID.replaceAll("\n", "").replace("-----MII", "-----\nMII"),
    ["certificate-on-one-line"],
  ],
  ["with spaces", VALID.replaceAll("\n", " "), ["certificate-with-spaces"]],
  [
    "with spaces after the first line",
    VALID.replaceAll("\n", " ").replace(" MII", "\nMII"),
    ["certificate-with-spaces"],
  ],
  ["with line breaks escaped twice", VALID.replaceAll("\n", "\\n"), ["certificate-with-escaped-line-breaks"]],
  ["with those of Windows escaped twice", VALID.replaceAll("\n", "\\r\\n"), ["certificate-with-escaped-line-breaks"]],
  ["expired", certificateFile("expired"), ["certificate-expired"]],
  ["not yet valid", certificateFile("not-yet-valid"), ["certificate-not-yet-valid"]],
  ["of an EC key", certificateFile("ec"), ["certificate-key-type"]],
  ["of an RSA key with 1024 bits", certificateFile("rsa-1024"), ["certificate-key-size"]],
  ["of an RSA key with 6144 bits", certificateFile("rsa-6144"), ["certificate-key-length"]],
  ["signed with another key", certificateFile("ca-signed"), ["certificate-not-self-signed"]],
  [
    "expired and on one line",
    certificateFile("expired").replaceAll("\n", ""),
    ["certificate-on-one-line", "certificate-expired"],
  ],
] as const)("checks a certificate %s", (_, key, rules) => {
  expect(rulesFor(key)).toEqual(rules);
});

it("compares the dates of a certificate with the given time", () => {
  const expired = certificateFile("expired");
  expect(rulesFor(expired, new Date("2021-01-01T00:00:00Z"))).toEqual([]);
  expect(rulesFor(expired, new Date("2021-01-01T00:00:01Z"))).toEqual(["certificate-expired"]);
  expect(rulesFor(expired, new Date("2020-01-01T00:00:00Z"))).toEqual([]);
  expect(rulesFor(expired, new Date("2019-12-31T23:59:59Z"))).toEqual(["certificate-not-yet-valid"]);
});

it("describes a problem of a certificate in one sentence", () => {
  expect(validateFlow(withKey(certificateFile("expired")), NOW).map(describeProblem)).toEqual([
    'step "Ask": Parameters.InputEncryption.Key expired on 2021-01-01; create a new key pair, and write its certificate and its key id',
  ]);
  expect(validateFlow(withKey(VALID.replaceAll("\n", "\\n")), NOW).map(describeProblem)).toEqual([
    'step "Ask": Parameters.InputEncryption.Key has the characters \\ and n instead of line breaks; write each line break as \\n in the JSON, not as \\\\n',
  ]);
});

it.each([
  "your-key-id",
  "e2e-key",
  "<your key id>",
  "REPLACE_ME",
  "1234abcd",
  "00000000-0000-0000-0000-000000000000",
  "11111111-1111-1111-1111-111111111111",
  "12345678-1234-1234-1234-123456789012",
  "a1b2c3d4-5678-90ab-cdef-1234567890ab",
  "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
  "arn:aws:kms:us-east-1:123456789012:key/a25c35f8-8be6-4809-bb46-e9b96402264f",
])("reports the key id %s", (id) => {
  expect(validateFlow(withKeyId(id), NOW).map(({ rule }) => rule)).toEqual(["placeholder-key-id"]);
});

it.each([
  "a25c35f8-8be6-4809-bb46-e9b96402264f",
  "11111111-2222-4333-8444-555555555555",
  "$.Attributes.keyId",
  "${KeyId}",
  "{{keyId}}",
  "<<keyId>>",
])("accepts the key id %s", (id) => {
  expect(validateFlow(withKeyId(id), NOW)).toEqual([]);
});

describe("a private key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const { privateKey: older } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const { privateKey: ec } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const { privateKey: encrypted } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const withoutHeader = (pem: string) => pem.replace(/-----.*-----|\n/g, "");
  const TEXTS = [
    ["in PKCS#8", privateKey],
    ["in PKCS#1", older],
    ["of an EC key", ec],
    ["encrypted", encrypted],
    ["before the certificate", `${privateKey}${VALID}`],
    ["after the certificate", `${VALID}${privateKey}`],
    ["on one line", privateKey.replaceAll("\n", "")],
    ["escaped twice", privateKey.replaceAll("\n", "\\n")],
    ["in Base64", Buffer.from(privateKey).toString("base64")],
    ["in PKCS#8 without its first line", withoutHeader(privateKey)],
    ["in PKCS#1 without its first line", withoutHeader(older)],
    ["of OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk"],
  ] as const;
  const report = (flow: unknown) => {
    const [first, ...others] = validateFlow(flow, NOW);
    const text = [first, ...others].map((problem) => problem && describeProblem(problem)).join("\n");
    for (const [, key] of TEXTS) {
      for (const line of key.split(/\\n|\n/).filter((line) => line.length > 20 && !VALID.includes(line))) {
        expect(text).not.toContain(line.slice(0, 40));
      }
    }
    return first;
  };

  it.each(TEXTS)("%s is the first problem, and is not repeated", (_, key) => {
    const path = "Actions[2].Parameters.InputEncryption.Key";
    expect(report(withKey(key))).toMatchObject({ rule: "private-key", path });
  });

  it("is found in every place, also in a name", () => {
    const flow = withKey(VALID);
    flow.Metadata.note = [privateKey];
    expect(report(flow)).toMatchObject({ rule: "private-key", path: "Metadata.note[0]" });
    for (const place of [
      "Identifier",
      "Type",
      "Text",
      "Name",
      "NextAction",
      "ErrorType",
      "StartAction",
      "friendlyName",
    ]) {
      const changed = withKey(VALID);
      const [, , , , , , , , , , , , sorry] = changed.Actions;
      if (place === "Identifier" || place === "Type") sorry[place] = privateKey;
      if (place === "Text") sorry.Parameters.Text = privateKey;
      if (place === "Name") sorry.Parameters[privateKey] = "";
      if (place === "NextAction") sorry.Transitions.NextAction = privateKey;
      if (place === "ErrorType") changed.Actions[6].Transitions.Errors = [{ ErrorType: privateKey, NextAction: "End" }];
      if (place === "StartAction") changed.StartAction = privateKey;
      if (place === "friendlyName") {
        changed.Metadata.ActionMetadata.Sorry.friendlyName = privateKey;
        sorry.Parameters.Text = "";
      }
      expect(report(changed)).toMatchObject({ rule: "private-key" });
    }
  });

  it("is found in a flow that is too long, or in the older format", () => {
    const long = withKey(privateKey);
    long.Actions[12].Parameters.Text = "x".repeat(256_000);
    expect(validateFlow(long).map(({ rule }) => rule)).toEqual(["private-key", "too-long"]);
    expect(validateFlow({ modules: [{ key: privateKey }] }).map(({ rule }) => rule)).toEqual([
      "private-key",
      "old-format",
    ]);
  });

  it("is not a public key", () => {
    expect(rulesFor(publicKey)).toEqual(["certificate"]);
  });
});
