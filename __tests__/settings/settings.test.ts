import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digits, loadSettings, parseSettings } from "../../settings/settings";
import { ivr, temporaryFolder } from "../support/project";

const LIMITS = { attempts: 3, firstDigitSeconds: 10, interdigitSeconds: 5 };
const DEFAULTS = {
  allowedAccountIds: [],
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
  deployers: [],
  encryptWith: "primary",
  payment: { connector: "none" },
  alarms: {
    emails: [],
    functionErrors: 1,
    throttles: 1,
    durationMilliseconds: 5000,
    tamperedMessages: 1,
    unknownKeys: 1,
    failedCallsPercent: 20,
    failedCallsMinimum: 10,
  },
  function: { tracing: false },
  tags: {},
  fields: [
    { name: "cardNumber", maximumLength: 19, ...LIMITS },
    { name: "expiryDate", maximumLength: 4, ...LIMITS },
    { name: "securityCode", maximumLength: 4, ...LIMITS },
  ],
  allowedBrands: ["visa", "mastercard", "amex", "discover", "jcb", "diners", "maestro", "unionpay"],
  timeZone: "UTC",
  languages: ["en-US"],
  prompts: {},
  onFailure: "goodbye",
  flowKind: "inbound",
  afterCapture: { flowLogging: false, ivrRecording: false, recordedParticipants: [] },
};

const PAYMENT = { connector: "https", url: "https://payments.example/" };

it("fills in defaults", () => {
  expect(parseSettings({}, "test")).toEqual(DEFAULTS);
});

it("accepts every setting", () => {
  const config = {
    stage: "prod",
    region: "eu-central-1",
    instance: { id: "1f5e58e8-0000-4000-8000-000000000000" },
    keyPairs: ["primary", { name: "next", certificateFile: "certificates/next.pem" }],
    phoneNumber: { countryCode: "US", type: "DID", prefix: "+1206" },
    payment: { connector: "https", url: "https://payments.example:8443/tokens?from=ivr", secretVersion: 2 },
    alarms: { emails: ["ops@example.com"], functionErrors: 3, failedCallsPercent: 12.5 },
    tags: { CostCenter: "42" },
    backend: { bucket: "state" },
    allowedBrands: ["visa", "amex"],
    timeZone: "Asia/Tokyo",
    languages: ["ja-JP", "en-US"],
    onFailure: { queueId: "1f5e58e8-0000-4000-8000-000000000001" },
    afterCapture: { flowLogging: true, ivrRecording: true, recordedParticipants: ["Agent", "Customer"] },
    prompts: {
      "en-US": {
        voice: { name: "Matthew" },
        welcome: "Hello.",
        fields: { cardNumber: { timeout: ["<speak>Two</speak>", "Three"] }, pin: { "too-short": "Four digits." } },
        outcomes: { declined: "No." },
      },
    },
    fields: [
      { name: "cardNumber", attempts: 5, maximumLength: 16, firstDigitSeconds: 20, interdigitSeconds: 3 },
      "postalCode",
      digits("pin", { min: 4, max: 4, check: "luhn", prompt: { "ja-JP": "暗証番号?", "en-US": "PIN?" } }),
    ],
  };
  expect(parseSettings(config, "test")).toMatchObject({
    ...config,
    fields: [
      config.fields[0],
      { name: "postalCode", min: 3, max: 10, ...LIMITS },
      { name: "pin", min: 4, max: 4, check: "luhn", ...LIMITS },
    ],
    prompts: { "en-US": { voice: { name: "Matthew", engine: "neural" } } },
    keyPairs: [DEFAULTS.keyPairs[0], { name: "next", files: { certificate: "certificates/next.pem" } }],
  });
});

const PIN = { min: 4, max: 4, prompt: "PIN?" };

it.each<[unknown, string]>([
  [{ stage: "Prod" }, "stage: must be up to 16 lower-case letters, digits and dashes, and begin with a letter"],
  [{ region: "Virginia" }, "region: must be an AWS Region such as us-east-1"],
  [{ stage: 5 }, "stage: must be a string."],
  [{ regoin: "us-east-1" }, 'the configuration: unrecognized key: "regoin" (did you mean "region"?).'],
  [
    { x: 1 },
    'the configuration: unrecognized key: "x" (known: stage, region, allowedAccountIds, profile, assumeRole, instance, keyPairs, ',
  ],
  [{ afterCapture: { FlowLoging: 1 } }, 'afterCapture: unrecognized key: "FlowLoging" (did you mean "flowLogging"?).'],
  [{ afterCapture: { flowLogging: "yes" } }, "afterCapture.flowLogging: must be true or false."],
  [{ phoneNumber: { type: "DID" } }, "phoneNumber.countryCode: is missing."],
  [{ instance: { id: "nonsense" } }, "instance.id: must be an instance id, a UUID"],
  ...[{ alias: "a", id: "1f5e58e8-0000-4000-8000-000000000000" }, { alais: "a" }, "a"].map(
    (instance): [unknown, string] => [{ instance }, 'instance: must be either { alias: "…" } or { id: "…" }.'],
  ),
  [{ keyPairs: "primary" }, "keyPairs: must be an array, [ … ]."],
  [{ keyPairs: [] }, "keyPairs: must name at least one key pair."],
  [{ keyPairs: [{ name: "a" }] }, "keyPairs.0: certificateFile: is missing."],
  [
    { function: { reservedConcurrency: -1 } },
    "function.reservedConcurrency: must be 1 or more: with 0, Lambda would reject every call.",
  ],
  [
    { keyPairs: ["a", "b", "c"] },
    'keyPairs: names 3 key pairs, but Connect allows at most 2 active keys: remove "a" and deploy that first',
  ],
  [
    { keyPairs: ["a", "b", "c"], encryptWith: "a" },
    'keyPairs: names 3 key pairs, but Connect allows at most 2 active keys: remove "b"',
  ],
  [
    { keyPairs: ["b"], encryptWith: "a" },
    'encryptWith: names "a", which is not one of the key pairs: keep it in keyPairs until',
  ],
  [{ keyPairs: ["a", "a"] }, "keyPairs: must not name a key pair twice"],
  [{ keyPairs: ["../a"] }, "keyPairs.0: must be up to 32 lower-case letters"],
  [{ phoneNumber: { countryCode: "us", type: "DID" } }, "phoneNumber.countryCode: must be a country code such as US"],
  [{ fields: [] }, "fields: must name at least one field"],
  [
    { fields: ["cardNumbr"] },
    "fields.0: must be one of cardNumber, expiryDate, securityCode, postalCode, or digits(…)",
  ],
  [{ fields: ["cardNumber", "cardNumber"] }, "fields.1: asks for cardNumber a second time"],
  [{ fields: ["securityCode", "cardNumber"] }, "fields.0: securityCode must come after cardNumber"],
  [{ fields: [{ name: "cardNumber", attempts: 1.5 }] }, "fields.0.attempts: must be a whole number from 1 to 10."],
  [{ fields: [{ name: "cardNumber", attempts: 11 }] }, "fields.0.attempts: must be a whole number from 1 to 10"],
  [
    { fields: [{ name: "cardNumber", attempt: 3 }] },
    'fields.0: unrecognized key: "attempt" (did you mean "attempts"?)',
  ],
  [{ fields: [digits("brand", { ...PIN })] }, "fields.0.name: is a reserved name: choose another one"],
  [{ fields: [digits("my pin", { ...PIN })] }, "fields.0.name: must be up to 24 letters and digits"],
  [{ fields: [digits("pin", { ...PIN, min: 5 })] }, "fields.0.min: must not be more than max"],
  [
    { fields: [digits("pin", PIN)], languages: ["en-US", "ja-JP"] },
    'fields.0.prompt: must have a text for each language: { "en-US": "…", "ja-JP": "…" }',
  ],
  [
    { fields: [digits("pin", { ...PIN, prompt: { "en-US": "PIN?" } })], languages: ["en-US", "ja-JP"] },
    "fields.0.prompt: has no text for ja-JP",
  ],
  [
    { fields: [{ ...digits("pin", PIN), check: "mod97" }] },
    'fields.0.check: must be "luhn", "abaRoutingNumber", or "modulus11"',
  ],
  [
    { deployers: ["arn:aws:sts::123456789012:assumed-role/a/b"] },
    "deployers.0: must be the ARN of a role or user, such as arn:aws:iam::ACCOUNT:role/deploy.",
  ],
  [{ allowedBrands: [] }, "allowedBrands: must name at least one brand"],
  [{ allowedBrands: ["visa", "bitcoin"] }, 'allowedBrands.1: must be "visa", "mastercard", '],
  [{ timeZone: "New York" }, "timeZone: must be a time zone such as America/New_York"],
  [
    { languages: ["fr-FR"] },
    "languages.0: must be one of en-US, ja-JP: a new language needs a file in flows/languages",
  ],
  [{ languages: ["en-US", "en-US"] }, "languages: must not name a language twice"],
  [{ prompts: { "ja-JP": { welcome: "x" } } }, "prompts.ja-JP: is not one of the languages: en-US"],
  [{ prompts: { "en-US": { welcom: "x" } } }, 'prompts.en-US: unrecognized key: "welcom" (did you mean "welcome"?)'],
  [{ prompts: { "en-US": { welcome: "" } } }, "prompts.en-US.welcome: must not be empty"],
  [{ prompts: { "en-US": { fields: { pin: { ask: "x" } } } } }, "prompts.en-US.fields.pin: is not one of the fields"],
  [
    { prompts: { "en-US": { fields: { expiryDate: { "invalid-number": "x" } } } } },
    "prompts.en-US.fields.expiryDate.invalid-number: must be one of ask, timeout, too-short, invalid-date, expired",
  ],
  [
    { prompts: { "en-US": { fields: { expiryDate: { expired: ["a", "b", "c"] } } } } },
    "prompts.en-US.fields.expiryDate.expired: has 3 texts, but there are only 2 further attempts",
  ],
  [
    { prompts: { "en-US": { goodbye: "<speak>Bye <break></speak>" } } },
    "prompts.en-US.goodbye: is not well-formed SSML",
  ],
  [
    { prompts: { "en-US": { outcomes: { accepted: "${brand}" } } } },
    'prompts.en-US.outcomes.accepted: must not have "$" directly before {brand}',
  ],
  [
    { prompts: { "en-US": { outcomes: { accepted: "100 %{brand}" } } } },
    'prompts.en-US.outcomes.accepted: must not have "%" directly before {brand}',
  ],
  [
    { prompts: { "en-US": { outcomes: { accepted: "{brnad}" } } } },
    "prompts.en-US.outcomes.accepted: contains {brnad}, but this prompt has only {brand} and {lastFour}",
  ],
  [
    { prompts: { "en-US": { goodbye: "Bye {lastFour}" } } },
    "prompts.en-US.goodbye: contains {lastFour}, but this prompt has no placeholders",
  ],
  [{ fields: [{ name: "foo" }] }, "fields.0.name: must be one of cardNumber, expiryDate, securityCode, postalCode, or"],
  [{ fields: [{ name: "expiryDate", maximumLength: 6 }] }, "fields.0.maximumLength: must be 4: MMYY"],
  [{ fields: [{ ...digits("pin", PIN), prompt: 5 }] }, "fields.0.prompt: must be a question (a string)"],
  [{ fields: [digits("pin", { ...PIN, prompt: { "en-US": "a", xx: "b" } })] }, "fields.0.prompt: has a text for xx"],
  [
    { fields: [digits("pin", { ...PIN, check: "abaRoutingNumber" })] },
    "fields.0.check: abaRoutingNumber needs 9 digits: set min and max to 9",
  ],
  [
    { fields: ["cardNumber", { name: "securityCode", maximumLength: 3 }] },
    "fields.1.maximumLength: must be 4 while allowedBrands has amex",
  ],
  [{ prompts: { "en-US": { goodbye: "<speak>A & B</speak>" } } }, 'prompts.en-US.goodbye: must write "&" as "&amp;"'],
  [{ onFailure: "queue" }, 'onFailure: must be "goodbye", or { queueId: "…" }'],
  [{ tags: { "aws:owner": "a" } }, 'tags.aws:owner: must not begin with "aws:", which AWS reserves.'],
  [{ backend: { bucket: "X Y" } }, "backend.bucket: must be the name of an S3 bucket."],
  [{ backend: { bucket: "state", key: "a/${x}" } }, 'backend.key: must not contain "${" or "%{"'],
  [{ backend: { bucket: "state", key: "%{ if x }" } }, 'backend.key: must not contain "${" or "%{"'],
  [{ backend: { bucket: "state", key: "a/" } }, 'backend.key: must not begin or end with "/", which Terraform rejects'],
  [{ backend: { bucket: "state", key: "a\nb" } }, "backend.key: must not contain control characters"],
  [{ backend: { bucket: "state", region: "${x}" } }, "backend.region: must be an AWS Region such as us-east-1"],
  [{ keyPairs: [{ name: "a", certificateFile: "a\0" }] }, "keyPairs.0.certificateFile: must not contain control"],
  [{ stage: "dev-alarms" }, 'stage: must not end in "-alarms": the stage dev gives that name to its alarms\' KMS key.'],
  [{ region: "eu-west-1" }, "region: eu-west-1 has no Amazon Connect. These Regions have it: us-east-1, us-west-2, "],
  [
    { prompts: { "en-US": { voice: { name: "Joanna", engine: "long-form" } } } },
    'prompts.en-US.voice.engine: must be "generative", "neural", or "standard": Amazon Connect has no long-form engine.',
  ],
  [
    { languages: ["ja-JP"], prompts: { "ja-JP": { voice: { name: "Mizuki" } } } },
    'prompts.ja-JP.voice.engine: must be "standard": Mizuki has no neural engine.',
  ],
  [
    { languages: ["ja-JP"], prompts: { "ja-JP": { voice: { name: "Joanna" } } } },
    "prompts.ja-JP.voice: Joanna speaks en-US: for ja-JP use one of Kazuha, Mizuki, Takumi, Tomoko.",
  ],
  [{ fields: [digits("submit", PIN)] }, "fields.0.name: is a reserved name: choose another one"],
  [
    { prompts: { "en-US": { goodbye: "<speak/>" } } },
    'prompts.en-US.goodbye: must be text between "<speak>" (without attributes) and "</speak>".',
  ],
  [
    { prompts: { "en-US": { goodbye: "<speak>a</speak >" } } },
    'prompts.en-US.goodbye: must be text between "<speak>" ',
  ],
  [
    { prompts: { "en-US": { goodbye: "$.External.token" } } },
    "prompts.en-US.goodbye: must not refer to $.External, which contains inputs and tokens",
  ],
  [{ prompts: { "en-US": { goodbye: "a\u0000b" } } }, "prompts.en-US.goodbye: must not contain control characters"],
  [{ fields: [digits("pin", { ...PIN, prompt: "  " })] }, "fields.0.prompt: must not be empty"],
  [
    { prompts: { "en-US": { goodbye: "x".repeat(3001) } } },
    "prompts.en-US.goodbye: must have at most 3000 characters, Amazon Polly's limit",
  ],
  [{ onFailure: { queueId: "Payments" } }, "onFailure.queueId: must be a queue's id, a UUID"],
  [{ onFailure: "return" }, 'onFailure: must be "goodbye" or a queue: only a module can "return"'],
  [
    { flowKind: "module", phoneNumber: { countryCode: "US", type: "DID" } },
    "phoneNumber: must be left out for a module: attach the number to the flow that invokes the module",
  ],
  [{ alarms: { emails: ["ops"] } }, "alarms.emails.0: must be an e-mail address."],
  [{ alarms: { emails: ["a@b.example", "a@b.example"] } }, "alarms.emails: must not name an address twice."],
  [{ alarms: { functionErrors: 0 } }, "alarms.functionErrors: must be 1 or more."],
  [{ alarms: { throttles: 1.5 } }, "alarms.throttles: must be a whole number."],
  [
    { alarms: { durationMilliseconds: 8000 } },
    "alarms.durationMilliseconds: must be less than 8000, the time that Connect waits for the function.",
  ],
  [{ alarms: { failedCallsPercent: 0 } }, "alarms.failedCallsPercent: must be more than 0."],
  [{ alarms: { failedCallsPercent: 101 } }, "alarms.failedCallsPercent: must be at most 100."],
  [{ alarms: { error: 1 } }, 'alarms: unrecognized key: "error" (known: emails, functionErrors, '],
  [{ payment: "https" }, "payment: must be an object, { … }."],
  [{ payment: { connector: "http" } }, 'payment.connector: must be "none" or "https".'],
  [
    { payment: { connector: "none", url: "https://a.example" } },
    'payment: unrecognized key: "url" (known: connector).',
  ],
  [{ payment: { connector: "https" } }, "payment.url: is missing."],
  [{ payment: { ...PAYMENT, secretVersion: 0 } }, "payment.secretVersion: must be 1 or more."],
  [
    { payment: { ...PAYMENT, secret: "s" } },
    'payment: unrecognized key: "secret" (known: connector, url, secretVersion).',
  ],
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
    "payment.url: must be an https:// address without user name, password and fragment.",
  ]),
  ["text", "the configuration: must be an object, { … }."],
])("rejects %j in one sentence", (config, problem) => {
  expect(() => parseSettings(config, "ivr.config.ts")).toThrow(`ivr.config.ts cannot be used: ${problem}`);
});

it("accepts Regions of every partition", () => {
  const regions = ["us-gov-west-1", "eusc-de-east-1", "cn-northwest-1", "us-isob-east-1", "eu-central-12"];
  expect(regions.map((region) => parseSettings({ region }, "test").region)).toEqual(regions);
});

it("accepts a British voice for American English", () => {
  const prompts = { "en-US": { voice: { name: "Amy", engine: "standard" } } };
  expect(parseSettings({ prompts }, "test").prompts).toEqual(prompts);
});

it("accepts text that Terraform would evaluate", () => {
  const prompts = { "en-US": { welcome: 'Pay ${file("/etc/hostname")}, %{ if true }' } };
  expect(parseSettings({ prompts }, "test").prompts).toEqual(prompts);
});

it("accepts SSML with Amazon Polly's own tags", () => {
  const goodbye = '<speak><amazon:effect name="whispered">Bye & bye</amazon:effect></speak>'.replace("&", "&amp;");
  expect(parseSettings({ prompts: { "en-US": { goodbye } } }, "x").prompts["en-US"]?.goodbye).toBe(goodbye);
});

it("reports all problems at once", () => {
  expect(() => parseSettings({ stage: "", region: "" }, "x")).toThrow(/stage: .*; region: /);
});

it("reports 20 of very many problems, and the first characters of a very long name", () => {
  const deployers = Array.from({ length: 9000 }, () => "xx");
  expect(() => parseSettings({ deployers }, "x")).toThrow(/; and 8980 more problems\.$/);
  const unknown = Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`setting ${index}`, ""]));
  expect(() => parseSettings(unknown, "x")).toThrow(/"setting 4" .*, and 8995 more\.$/);
  const long = { [`\u001b[2J${"x".repeat(1_000_000)}`]: "" };
  expect(() => parseSettings(long, "x")).toThrow(/unrecognized key: "�\[2Jx{60}…" \(known: /);
});

it("rejects very many values, and a configuration that contains itself, without a look at each of them", () => {
  const tags = Object.fromEntries(Array.from({ length: 450_000 }, (_, index) => [`t${index}`, "v"]));
  const sentence = "has more than 10,000 values, which is more than any setting allows.";
  expect(() => parseSettings({ tags }, "x")).toThrow(`x cannot be used: tags: ${sentence}`);
  expect(() => parseSettings(tags, "x")).toThrow(`x cannot be used: the configuration: ${sentence}`);
  const prompts: Record<string, unknown> = {};
  prompts.a = [prompts, prompts];
  expect(() => parseSettings({ prompts }, "x")).toThrow(`x cannot be used: prompts: ${sentence}`);
});

describe("configuration files", () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("can be JSON", () => {
    expect(loadSettings(write("ivr.json", '{"stage":"qa"}')).stage).toBe("qa");
  });

  it("are reported when they are missing, damaged or of another type", () => {
    expect(() => loadSettings(join(folder, "none.ts"))).toThrow(
      /none\.ts does not exist: create it, or set IVR_CONFIG to the name of your configuration file\.$/,
    );
    expect(() => loadSettings(write("broken.json", "{"))).toThrow(/^broken\.json cannot be read: /);
    expect(() => loadSettings(write("config.yaml", "stage: dev"))).toThrow(
      "config.yaml cannot be read: a configuration is a TypeScript, JavaScript or JSON file.",
    );
  });

  it("are read up to 1 MB, and only if they are regular files", () => {
    const large = write("large.json", `{"tags":{"a":"${"x".repeat(1_000_000)}"}}`);
    expect(() => loadSettings(large)).toThrow(`${large} is too large: it can have at most 1,000,000 bytes.`);
    symlinkSync("/dev/zero", join(folder, "device.json"));
    expect(() => loadSettings(join(folder, "device.json"))).toThrow(/device\.json is not a regular file\.$/);
    mkdirSync(join(folder, "folder.ts"));
    expect(() => loadSettings(join(folder, "folder.ts"))).toThrow(/folder\.ts is a folder\.$/);
  });

  it.each(["js", "cjs", "mjs"])("in JavaScript (.%s) are not confused with TypeScript of the same name", (ending) => {
    const file = write(`twin.${ending}`, "");
    const twin = ending.replace("js", "ts");
    write(`twin.${twin}`, 'export default { stage: "other" };');
    expect(() => loadSettings(file)).toThrow(
      `twin.${ending} cannot be read because twin.${twin} beside it would be read instead: rename one of the two.`,
    );
  });

  it.each([
    ["null.json", "null"],
    ["list.json", "[]"],
    ["empty.js", ""],
    ["promise.js", "module.exports = { default: Promise.resolve({}) };"],
  ])("without a configuration do not count as an empty one: %s", (name, text) => {
    const remedy = name.endsWith(".json") ? "write an object, { … }." : 'write "export default';
    expect(() => loadSettings(write(name, text))).toThrow(`${name} contains no configuration: ${remedy}`);
  });

  // In a process, because the command's TypeScript loader has its own module resolution and messages.
  const rotate = (config: string) => ivr(["keys", "rotate"], { cwd: folder, env: { IVR_CONFIG: config } });

  it("can be JavaScript", () => {
    write("alone.js", 'module.exports = { keyPairs: ["from-the-script"] };');
    expect(rotate("alone.js").stderr).toContain("keys/from-the-script/certificate.pem");
  });

  it("that import the former infrastructure/settings get the new path", () => {
    write(
      "former.ts",
      'import { defineConfig } from "./infrastructure/settings";\nexport default defineConfig({ stage: "qa" });\n',
    );
    expect(rotate("former.ts")).toEqual({
      code: 1,
      stdout: "",
      stderr: "former.ts imports ./infrastructure/settings, which is now ./settings: change the import.\n",
    });
  });

  it("that import another missing module get the loader's message", () => {
    expect(() => loadSettings(write("missing.js", 'require("./infrastructure/settings-of-mine");'))).toThrow(
      /^missing\.js cannot be read: Cannot find module '\.\/infrastructure\/settings-of-mine'/,
    );
  });
});
