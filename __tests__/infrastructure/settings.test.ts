import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSettings, parseSettings } from "../../infrastructure/settings";
import { temporaryFolder } from "../support/project";

const DEFAULTS = {
  stage: "dev",
  region: "us-east-1",
  instance: { alias: "my-contact-center" },
  keyPairs: [
    {
      name: "primary",
      files: {
        certificate: "keys/primary/certificate.pem",
        publicKey: "keys/primary/public-key.pem",
        privateKey: "keys/primary/private-key.pem",
      },
    },
  ],
  payment: { connector: "none" },
  tags: {},
};

const PAYMENT = { connector: "https", url: "https://payments.example/" };

it("fills in defaults", () => {
  expect(parseSettings({}, "test")).toEqual(DEFAULTS);
});

it("takes everything there is to set", () => {
  const config = {
    stage: "prod",
    region: "eu-central-1",
    instance: { id: "1f5e58e8-0000-4000-8000-000000000000" },
    keyPairs: ["primary", { name: "next", certificateFile: "certificates/next.pem" }],
    phoneNumber: { countryCode: "US", type: "DID", prefix: "+1206" },
    payment: { connector: "https", url: "https://payments.example:8443/tokens?from=ivr", secretVersion: 2 },
    tags: { CostCenter: "42" },
    backend: { bucket: "state" },
  };
  expect(parseSettings(config, "test")).toMatchObject({
    ...config,
    keyPairs: [DEFAULTS.keyPairs[0], { name: "next", files: { certificate: "certificates/next.pem" } }],
  });
});

it.each<[unknown, string]>([
  [{ stage: "Prod" }, "stage: must be up to 16 lower-case letters, digits and dashes, a letter first"],
  [{ region: "Virginia" }, "region: must be an AWS Region such as us-east-1"],
  [{ regoin: "us-east-1" }, 'the configuration: unrecognized key: "regoin"'],
  [{ instance: { id: "nonsense" } }, "instance.id: must be an instance id, a UUID"],
  [{ keyPairs: "primary" }, "keyPairs: invalid input: expected array, received string."],
  [{ keyPairs: [] }, "keyPairs: must name at least one key pair"],
  [{ keyPairs: ["a", "b", "c"] }, "keyPairs: may name 2 key pairs at most"],
  [{ keyPairs: ["a", "a"] }, "keyPairs: must not name a key pair twice"],
  [{ keyPairs: ["../a"] }, "keyPairs.0: must be up to 32 lower-case letters"],
  [{ phoneNumber: { countryCode: "us", type: "DID" } }, "phoneNumber.countryCode: must be a country code such as US"],
  [{ payment: { connector: "http" } }, 'payment.connector: must be "none" or "https".'],
  [{ payment: { connector: "none", url: "https://a.example" } }, 'payment: unrecognized key: "url".'],
  [{ payment: { connector: "https" } }, "payment.url: invalid input: expected string, received undefined."],
  [{ payment: { ...PAYMENT, secretVersion: 0 } }, "payment.secretVersion: must be 1 or more."],
  [{ payment: { ...PAYMENT, secret: "s" } }, 'payment: unrecognized key: "secret".'],
  ...[
    "http://a.example",
    "a.example",
    "https://",
    "https://u:p@a.example",
    "https://u@a.example",
    "https://a.example/#x",
    "https://a.example/ x",
    "https://a.example/${path.cwd}",
    "https://a.example/%{if}",
  ].map((url): [unknown, string] => [
    { payment: { ...PAYMENT, url } },
    "payment.url: must be an https:// address, without user name, password and fragment.",
  ]),
  ["text", "the configuration: "],
])("refuses %j in one sentence", (config, problem) => {
  expect(() => parseSettings(config, "ivr.config.ts")).toThrow(`ivr.config.ts cannot be used: ${problem}`);
});

it("tells all problems at once", () => {
  expect(() => parseSettings({ stage: "", region: "" }, "x")).toThrow(/stage: .*; region: /);
});

describe("files", () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("may be JSON", () => {
    expect(loadSettings(write("ivr.json", '{"stage":"qa"}')).stage).toBe("qa");
  });

  it("that are missing or broken are said to be", () => {
    expect(() => loadSettings(join(folder, "none.ts"))).toThrow(
      /none\.ts does not exist: it, or the file that IVR_CONFIG/,
    );
    expect(() => loadSettings(write("broken.json", "{"))).toThrow(/^broken\.json cannot be read: /);
    expect(() => loadSettings(write("config.yaml", "stage: dev"))).toThrow(
      /^config\.yaml cannot be read: a configuration is/,
    );
  });

  it.each([
    ["null.json", "null"],
    ["list.json", "[]"],
    ["empty.js", ""],
    ["promise.js", "module.exports = { default: Promise.resolve({}) };"],
  ])("that hold no configuration are not taken for an empty one: %s", (name, text) => {
    expect(() => loadSettings(write(name, text))).toThrow(`${name} holds no configuration`);
  });
});
