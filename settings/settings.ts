import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { BRANDS } from "../contract/field";
import { LANGUAGE_CODES } from "../flows/language-pack";
import { AlarmSettings } from "./alarm-settings";
import { bucketName } from "./bucket-name";
import { CAPTURED_BY_DEFAULT, Fields, fieldProblems } from "./field-settings";
import { FunctionSettings } from "./function-settings";
import { encryptedWith, KeyPairs, keyPairProblems } from "./key-pair-settings";
import { PromptSettings, promptProblems } from "./prompt-settings";
import { settingProblem } from "./setting-problem";

const name = (pattern: RegExp, what: string) => z.string().regex(pattern, `must be ${what}`);

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

/** ASCII, no spaces, and no braces: Terraform would read `${…}` as an expression of its own. */
const ADDRESS = /^[!-z~]+$/;

function isPaymentUrl(text: string): boolean {
  if (!ADDRESS.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === "https:" && username === "" && password === "" && hash === "";
}

const PaymentSetting = z.discriminatedUnion(
  "connector",
  [
    z.strictObject({ connector: z.literal("none") }),
    z.strictObject({
      connector: z.literal("https"),
      /** gets the card by POST */
      url: z.string().refine(isPaymentUrl, "must be an https:// address, without user name, password and fragment"),
      /** another number has the next apply write the secret, `TF_VAR_payment_secret`, anew */
      secretVersion: z.int().min(1, "must be 1 or more").default(1),
    }),
  ],
  { error: (issue) => ("discriminator" in issue ? 'must be "none" or "https"' : undefined) },
);

const Configuration = z.strictObject({
  /** names the stack, `secure-ivr-<stage>`, and all that is in it */
  stage: name(/^[a-z][a-z0-9-]{0,15}$/, "up to 16 lower-case letters, digits and dashes, a letter first").default(
    "dev",
  ),
  region: name(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS Region such as us-east-1").default("us-east-1"),
  /** the existing Amazon Connect instance */
  instance: z
    .union(
      [
        z.strictObject({ alias: name(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}$/, "an instance alias") }),
        z.strictObject({ id: z.guid("must be an instance id, a UUID") }),
      ],
      'must be { alias: "…" } or { id: "…" }, one of the two',
    )
    .default({ alias: "my-contact-center" }),
  /**
   * One or two: what was encrypted under either is decrypted. A name stands for the files of `keys/<name>/`. Where the
   * files are elsewhere, name them; without a `privateKeyFile` the private key is taken from the Terraform variable
   * `private_key_<name>`.
   */
  keyPairs: KeyPairs.prefault(["primary"]),
  /** the key pair that the flow encrypts under; the last by default */
  encryptWith: z.string().optional(),
  /** what callers are asked for, in order: a field's name, or `{ name, … }` with its limits, or `digits(…)` */
  fields: Fields.prefault([...CAPTURED_BY_DEFAULT]),
  /** brands of cards that are taken */
  allowedBrands: z
    .array(z.enum(BRANDS))
    .min(1, "must name at least one brand")
    .refine((brands) => new Set(brands).size === brands.length, "must not name a brand twice")
    .default([...BRANDS]),
  /** IANA name of the instance's time zone, by whose calendar cards expire */
  timeZone: z.string().refine(isTimeZone, "must be a time zone such as America/New_York").default("UTC"),
  /** what the flow speaks; several put a menu in front */
  languages: z
    .array(
      z.enum(
        LANGUAGE_CODES,
        `must be one of ${LANGUAGE_CODES.join(", ")}: a file in flows/languages for each, with a code such as de-DE for its name`,
      ),
    )
    .min(1, "must name at least one language")
    .max(9, "may name 9 languages at most: the menu has a key for each")
    .refine((codes) => new Set(codes).size === codes.length, "must not name a language twice")
    .default(["en-US"]),
  /** other words than a language's own, by language */
  prompts: z.record(z.string(), PromptSettings).default({}),
  /**
   * What becomes of callers whose data could not be taken, or who press 0 in the menu: a queue, or a goodbye. A module
   * returns to its flow by default.
   */
  onFailure: z
    .union([
      z.enum(["goodbye", "return"], 'must be "goodbye", or { queueId: "…" }'),
      z.strictObject({ queueId: z.guid("must be a queue's id, a UUID") }),
    ])
    .optional(),
  /** a flow that takes calls, or a module that a flow of yours invokes */
  flowKind: z.enum(["inbound", "module"]).default("inbound"),
  /** what the flow turns on after the last ciphertext is overwritten; all of it is off before */
  afterCapture: z
    .strictObject({
      flowLogging: z.boolean().default(false),
      /** of what callers hear and press before an agent answers */
      ivrRecording: z.boolean().default(false),
      /** of the conversation with an agent */
      recordedParticipants: z.array(z.enum(["Agent", "Customer"])).default([]),
    })
    .prefault({}),
  /**
   * Roles and users (ARNs) that deploy or plan, the only ones but the function who may use the stack's KMS key. By
   * default it is whoever deploys.
   */
  deployers: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
          "must be the ARN of a role or user, such as arn:aws:iam::ACCOUNT:role/deploy",
        ),
    )
    .default([]),
  /** what the function can have besides, at a price or where what it needs is there */
  function: FunctionSettings.prefault({}),
  /** ARN of a policy that every role of the stack is to have as its permissions boundary */
  permissionsBoundary: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
      "must be the ARN of a policy, such as arn:aws:iam::ACCOUNT:policy/boundary",
    )
    .optional(),
  /** a number to claim for the flow; none by default */
  phoneNumber: z
    .strictObject({
      countryCode: name(/^[A-Z]{2}$/, "a country code such as US"),
      type: z.enum(["DID", "TOLL_FREE"]),
      /** a beginning such as +1206 */
      prefix: name(/^\+\d{1,14}$/, "the beginning of a number, such as +1206").optional(),
    })
    .optional(),
  /** where a card goes after its checks; nowhere by default */
  payment: PaymentSetting.default({ connector: "none" }),
  /** who is told of trouble and of certificates that end, by e-mail, and from when on it is trouble */
  alarms: AlarmSettings.prefault({}),
  /** added to `Project` and `Stage` on everything that takes tags */
  tags: z
    .record(
      z
        .string()
        .min(1)
        .regex(/^(?!aws:)/i, 'must not begin with "aws:", which AWS keeps for itself'),
      z.string().regex(/^(?![\s\S]*[$%]\{)/, 'must not hold "${" or "%{", which Terraform would evaluate'),
    )
    .default({}),
  /** where Terraform keeps its state; a file beside cdktf.json by default */
  backend: z
    .strictObject({
      bucket: bucketName(),
      /** default: connect-secure-ivr/<stage>.tfstate */
      key: z.string().min(1).optional(),
      /** default: the stack's */
      region: z.string().min(1).optional(),
    })
    .optional(),
});

/** What one part of a configuration says against another. */
const Settings = Configuration.superRefine((settings, context) => {
  const problems = [
    ...keyPairProblems(settings),
    ...fieldProblems(settings.fields, settings.languages),
    ...promptProblems(settings),
    ...settings.fields.flatMap((field, index) =>
      field.name === "securityCode" &&
      "maximumLength" in field &&
      field.maximumLength < 4 &&
      settings.allowedBrands.includes("amex")
        ? [{ path: ["fields", index, "maximumLength"], message: "must be 4 while allowedBrands has amex" }]
        : [],
    ),
    ...(settings.flowKind === "module" && settings.phoneNumber
      ? [{ path: ["phoneNumber"], message: "a module takes no calls: attach the number to the flow that invokes it" }]
      : []),
    ...(settings.flowKind === "inbound" && settings.onFailure === "return"
      ? [{ path: ["onFailure"], message: 'only a module can "return": name a queue, or "goodbye"' }]
      : []),
  ];
  for (const { path, message } of problems) context.addIssue({ code: "custom", path, message });
}).transform((settings) => ({
  ...settings,
  encryptWith: encryptedWith(settings),
  onFailure: settings.onFailure ?? (settings.flowKind === "module" ? ("return" as const) : ("goodbye" as const)),
}));

/** The whole configuration. */
export const SettingsSchema = Settings;

/** What a user writes in ivr.config.ts. */
export type IvrConfig = z.input<typeof Settings>;
/** The same, checked and with every default filled in. */
export type Settings = z.output<typeof Settings>;
export type { KeyPairSetting } from "./key-pair-settings";

/** A configuration that cannot be used; the text is one sentence. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

export { digits } from "./field-settings";

/** Types the configuration while it is written. */
export const defineConfig = (config: IvrConfig): IvrConfig => config;

/** @param where the file's name, for the error's sentence, which names every problem at once */
export function parseSettings(config: unknown, where: string): Settings {
  const result = Settings.safeParse(config, { error: settingProblem });
  if (result.success) return result.data;
  // one for each place: what follows from the first is noise
  const byPlace = new Map(result.error.issues.toReversed().map((issue) => [issue.path.join("."), issue]));
  const problems = [...byPlace].reverse().map(([place, issue]) => `${place || "the configuration"}: ${issue.message}`);
  throw new SettingsError(`${where} cannot be used: ${problems.join("; ")}.`);
}

/** The configuration file's name: `ivr.config.ts`, or what `IVR_CONFIG` says. */
export const configFile = (environment: Readonly<Record<string, string | undefined>>): string =>
  resolve(environment.IVR_CONFIG || "ivr.config.ts");

/** Reads a configuration file (TypeScript, JavaScript or JSON). */
export function loadSettings(file: string): Settings {
  const where = basename(file);
  if (!existsSync(file)) {
    throw new SettingsError(
      `${file} does not exist: it, or the file that IVR_CONFIG names, must hold the configuration.`,
    );
  }
  if (!/\.([cm]?[jt]s|json)$/.test(file)) {
    throw new SettingsError(
      `${where} cannot be read: a configuration is TypeScript, JavaScript or JSON, by its file's ending.`,
    );
  }
  // What runs TypeScript takes the import of a .js file to mean the .ts file beside it.
  const twin = file.replace(/\.([cm]?)js$/, ".$1ts");
  if (twin !== file && existsSync(twin)) {
    throw new SettingsError(
      `${where} cannot be read while ${basename(twin)} is beside it, which would be taken in its place: rename one of the two.`,
    );
  }
  let loaded: unknown;
  try {
    loaded = require(file);
  } catch (error) {
    // esbuild's errors say on their second line where they are, and what
    const [summary = "", detail = ""] = String((error as Error | undefined)?.message ?? error).split("\n");
    throw new SettingsError(
      `${where} cannot be read: ${summary.endsWith(":") ? detail.replace(`${file}:`, "line ") : summary}`,
    );
  }
  const config = file.endsWith(".json") ? loaded : defaultExport(loaded);
  if (Object.prototype.toString.call(config) !== "[object Object]") {
    const remedy = file.endsWith(".json")
      ? "a JSON file must hold an object, { … }"
      : 'write "export default defineConfig({ … })"';
    throw new SettingsError(`${where} holds no configuration: ${remedy}.`);
  }
  return parseSettings(config, where);
}

/** Of an ES module its default export; of a CommonJS module all it exports, if that is anything. */
function defaultExport(loaded: unknown): unknown {
  if (loaded === null || typeof loaded !== "object") return loaded;
  if ("default" in loaded) return loaded.default;
  return Object.keys(loaded).length > 0 ? loaded : undefined;
}
