import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Token } from "cdktf";
import type { KeyPair } from "../../encryption/key-pair";
import { asTerraformLiterals } from "../../infrastructure/terraform-literal";
import { settingRows } from "../../scripts/generate-reference";
import { FIELD_SCHEMAS } from "../../settings/field-settings";
import { SettingsSchema } from "../../settings/schema";
import { digits, parseSettings, SettingsError } from "../../settings/settings";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { isInstalled, runCommand, temporaryFolder } from "../support/project";
import { readStack, synthesizeWith } from "../support/stack";

describe("asTerraformLiterals", () => {
  it("escapes strings and names at any depth, and nothing else", () => {
    const value = {
      "${a}": ["%{b}", { c: "$${d} %%{e} ${f}" }],
      n: 5,
      u: undefined,
      t: true,
      z: null,
      plain: "$ {%} 5%",
    };
    expect(asTerraformLiterals(value)).toEqual({
      "$${a}": ["%%{b}", { c: "$$${d} %%%{e} $${f}" }],
      ...{ n: 5, u: undefined, t: true, z: null, plain: "$ {%} 5%" },
    });
  });

  it.each(["${TfToken[TOKEN.0]}", "a #{TfToken[x]}", "&{TfToken[x]}", String(Token.asNumber({ resolve: () => 1 }))])(
    "rejects %j, which cdktf would replace by a reference",
    (text) => {
      expect(() => asTerraformLiterals([{ [text]: 1 }])).toThrow(SettingsError);
      expect(() => asTerraformLiterals({ a: text })).toThrow(
        `The text "${text}" is in the form of a reference of CDKTF`,
      );
    },
  );
});

const LIMITS = { attempts: 3, firstDigitSeconds: 5, interdigitSeconds: 5 };
const PROMPTS = {
  voice: { name: "Joanna", engine: "neural" },
  ...{ choose: "a", chooseAgent: "a", welcome: "a", transfer: "a", transferFailed: "a", callAgain: "a", goodbye: "a" },
  outcomes: {
    ...{ accepted: "a", acceptedWithoutCard: "a", declined: "a", "attempts-exhausted": "a", unavailable: "a" },
  },
  fields: { cardNumber: { ask: "a", timeout: ["a", "a"], "too-short": "a" } },
};
const ROLE = { arn: "arn:aws:iam::804729163550:role/deploy", externalId: "ab", sessionName: "ab" };
/** Together they contain every setting. */
const SAMPLES: Config[] = [
  {
    ...ALL_OPTIONS,
    ...{ stage: "dev", region: "us-east-1", instance: { alias: "a" }, encryptWith: "a", timeZone: "UTC" },
    keyPairs: [{ name: "a", certificateFile: "certificate.pem", privateKeyFile: "private-key.pem" }],
    fields: ["cardNumber", { ...digits("a", { min: 4, max: 4, prompt: { "en-US": "a", "ja-JP": "a" } }), ...LIMITS }],
    ...{ allowedBrands: ["visa"], languages: ["en-US", "ja-JP"], prompts: { "en-US": PROMPTS } },
    ...{ onFailure: "goodbye", flowKind: "inbound" },
    afterCapture: { flowLogging: true, ivrRecording: true, recordedParticipants: ["Agent"] },
    deployers: ["arn:aws:iam::804729163550:role/deploy"],
    phoneNumber: { countryCode: "US", type: "DID", prefix: "+1206" },
    payment: { connector: "https", url: "https://payments.example/", secretVersion: 1 },
    alarms: {
      ...{ emails: ["a@b.example"], functionErrors: 1, throttles: 1, durationMilliseconds: 1, tamperedMessages: 1 },
      ...{ unknownKeys: 1, failedCallsPercent: 20, failedCallsMinimum: 10 },
    },
    tags: { a: "b" },
    ...{ allowedAccountIds: ["804729163550"], profile: "a", assumeRole: ROLE },
    backend: {
      ...{ bucket: "state", key: "a", region: "us-east-1", profile: "a", assumeRole: ROLE },
      kmsKeyId: "arn:aws:kms:us-east-1:804729163550:key/1f5e58e8-0000-4000-8000-000000000000",
    },
  },
  {
    instance: { id: "1f5e58e8-0000-4000-8000-000000000000" },
    keyPairs: ["a"],
    fields: [
      { name: "cardNumber", maximumLength: 19, ...LIMITS },
      { name: "expiryDate", maximumLength: 4, ...LIMITS },
      { name: "securityCode", maximumLength: 4, ...LIMITS },
      { name: "postalCode", min: 3, max: 10, ...LIMITS },
      { ...digits("a", { min: 4, max: 4, check: "luhn", prompt: "a" }), ...LIMITS },
    ],
    onFailure: { queueId: "1f5e58e8-0000-4000-8000-000000000000" },
  },
];

type Config = Record<string, unknown>;
type Path = (string | number)[];

/** The path of every value of a configuration, at any depth. */
const pathsIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => {
        const below = [...path, Array.isArray(value) ? Number(name) : name];
        return [below, ...pathsIn(inner, below)];
      })
    : [];

const isWithin = (path: Path, outer: Path) =>
  path.length > outer.length && outer.every((name, index) => path[index] === name);

/** A copy of a configuration with another value, or with another name of the value, at a path. */
function changed(config: Config, path: Path, change: { value: unknown } | { name: string }): Config {
  const copy = structuredClone(config);
  const last = path.at(-1) ?? "";
  const holder = path.slice(0, -1).reduce((inner, name) => inner[name] as Config, copy);
  if ("value" in change) holder[last] = change.value;
  else {
    holder[change.name] = holder[last];
    delete holder[last];
  }
  return copy;
}

function isAccepted(config: Config): boolean {
  try {
    return parseSettings(config, "test") !== undefined;
  } catch (error) {
    if (error instanceof SettingsError) return false;
    throw error;
  }
}

it("the samples contain every setting", () => {
  const paths = SAMPLES.flatMap((sample) => pathsIn(sample).map((path) => path.join(".")));
  const rows = [...settingRows(SettingsSchema), ...FIELD_SCHEMAS.flatMap((schema) => settingRows(schema, "fields[]"))];
  const missing = rows.filter(({ path }) => {
    const pattern = path.replaceAll(/[.-]/g, "\\$&").replaceAll("[]", "\\.\\d+").replaceAll("*", "[^.]+");
    return !paths.some((sample) => new RegExp(`^${pattern}$`).test(sample));
  });
  expect(missing).toEqual([]);
  expect(rows.length).toBeGreaterThan(60);
});

const withTerraform = isInstalled("terraform", ["version"]) ? describe : describe.skip;
withTerraform("real Terraform", () => {
  const folder = temporaryFolder();
  const CONTENT = "the content of a file";
  const expression = (path: Path) => `${path.join(" ")}: \${file("${join(folder, "secret")}")} %{ if true }`;
  let pair: KeyPair;
  beforeAll(async () => {
    pair = await smallKeyPair();
    writeFileSync(join(folder, "secret"), CONTENT);
  });

  const write = (file: string, contents: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
    return file;
  };

  it.each(SAMPLES.map((sample, index) => [index, sample] as const))(
    "evaluates no text of sample %i that a setting accepts",
    async (_, sample) => {
      let config = sample;
      const texts: string[] = [];
      const paths = pathsIn(sample);
      const changes = [
        ...paths
          .filter((path) => !paths.some((other) => isWithin(other, path)))
          .map((path) => ({ path, key: "value" })),
        // the deepest first, so that the paths of the others stay valid
        ...paths
          .filter((path) => typeof path.at(-1) === "string")
          .sort((a, b) => b.length - a.length)
          .map((path) => ({ path, key: "name" })),
      ];
      for (const { path, key } of changes) {
        const text = expression(path);
        const change = key === "value" ? { value: text } : { name: text };
        if (!isAccepted(changed(sample, path, change))) continue;
        config = changed(config, path, change);
        texts.push(text);
      }
      if (sample.tags) {
        // a text for each prompt, and two names of files
        expect(texts.length).toBeGreaterThan(15);
        const [given] = config.keyPairs as [{ certificateFile: string; privateKeyFile: string }];
        given.certificateFile = write(join(folder, given.certificateFile), pair.certificate);
        given.privateKeyFile = write(join(folder, given.privateKeyFile), pair.privateKey);
      } else {
        delete config.keyPairs;
      }

      const { control, stack } = evaluate(await synthesizeWith(folder, pair, config));
      expect(control).toBe(CONTENT);
      expect(stack).not.toContain(CONTENT);
      // the file of the private key was found
      expect(stack).toContain(JSON.stringify(pair.privateKey).slice(1, -1));
      // Callers hear the texts as they were written; a flow does not use some of them.
      const content = JSON.parse(/"content":("(?:[^"\\]|\\.)*")/.exec(stack)?.[1] ?? "");
      const spoken = texts.filter((text) => content.includes(JSON.stringify(text).slice(1, -1)));
      expect(spoken.length).toBeGreaterThan(texts.length / 2);
    },
    60_000,
  );

  /** Everything in a stack as Terraform evaluates it during an apply, as JSON, and a text that is not escaped. */
  function evaluate(stackDir: string): { control: string; stack: string } {
    const { resource, data, provider, output } = readStack(stackDir);
    const values = JSON.stringify({ resource, data, provider, output })
      .replaceAll(/aws_cloudcontrolapi_resource\.[\w-]+\.properties/g, 'jsonencode({AssociationId=\\"id\\"})')
      .replaceAll(/aws_signer_signing_job\.[\w-]+\.signed_object/g, '[{s3=[{bucket=\\"b\\",key=\\"k\\"}]}]')
      .replaceAll(/(data\.)?aws_\w+\.[\w-]+\.\w+|var\.\w+|self(\.\w+)+/g, '\\"reference\\"')
      .replaceAll("terraform.applying", "true");
    // Relative names of files begin here, as in the stack's own folder.
    const consoleDir = join(dirname(stackDir), "console");
    mkdirSync(consoleDir);
    const control = `\${file("${join(folder, "secret")}")}`;
    writeFileSync(join(consoleDir, "main.tf.json"), JSON.stringify({ locals: { control, stack: JSON.parse(values) } }));
    const { stdout, stderr } = runCommand("terraform", ["console"], {
      cwd: consoleDir,
      env: { CHECKPOINT_DISABLE: "1" },
      input: "jsonencode({control=local.control,stack=jsonencode(local.stack)})\n",
    });
    if (!stdout.startsWith('"')) throw new Error(stderr + stdout);
    return JSON.parse(JSON.parse(stdout));
  }
});
