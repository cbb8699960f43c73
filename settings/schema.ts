import { z } from "zod";
import { BRANDS } from "../contract/field";
import { LANGUAGE_CODES } from "../flows/language-pack";
import { AccountIds, AssumedRole, KmsKeyId, Profile } from "./access-settings";
import { AlarmSettings } from "./alarm-settings";
import { CONNECT_REGIONS, REGIONS_WITHOUT_CONNECT } from "./aws-regions";
import { DEFAULT_FIELDS, Fields, fieldProblems } from "./field-settings";
import { FunctionOptions } from "./function-options";
import { encryptWithOf, KeyPairs, keyPairProblems } from "./key-pair-settings";
import type { SettingProblem } from "./messages";
import { PromptSettings, promptProblems } from "./prompt-settings";
import { Tags, tagProblems } from "./tag-settings";
import { bucketName, hasNoDuplicates, matching, regionName } from "./value-schemas";
import { voiceProblems } from "./voice-problems";

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

/** ASCII without spaces and braces, which a URL cannot contain. */
const ADDRESS = /^[!-z~]+$/;

function isPaymentUrl(text: string): boolean {
  if (!ADDRESS.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === "https:" && username === "" && password === "" && hash === "";
}

const PaymentSettings = z.discriminatedUnion(
  "connector",
  [
    z.strictObject({ connector: z.literal("none") }),
    z.strictObject({
      connector: z.literal("https"),
      /** receives the card data by POST */
      url: z.string().refine(isPaymentUrl, "must be an https:// address without user name, password and fragment"),
      /** a changed number makes the next apply write the secret in `TF_VAR_payment_secret` again */
      secretVersion: z.int().min(1, "must be 1 or more").default(1),
    }),
  ],
  { error: (issue) => ("discriminator" in issue ? 'must be "none" or "https"' : undefined) },
);

/** The suffix of the alias and of the topic of a stage's alarms: `secure-ivr-<stage>-alarms`. */
const ALARM_SUFFIX = "-alarms";

/** Backend settings cannot be escaped: Terraform takes them literally, and OpenTofu evaluates them. */
const stateKey = () =>
  z
    .string()
    .min(1)
    .max(1024, "must have at most 1024 characters, S3's limit")
    .regex(/^(?![\s\S]*[$%]\{)/, 'must not contain "${" or "%{", because some versions of Terraform evaluate it')
    .regex(/^[^\p{Cc}]*$/u, "must not contain control characters")
    .regex(/^(?!\/)[\s\S]*(?<!\/)$/, 'must not begin or end with "/", which Terraform rejects');

const Configuration = z.strictObject({
  /** part of the stack's name, `secure-ivr-<stage>`, and of the names of its resources */
  stage: matching(/^[a-z][a-z0-9-]{0,15}$/, "up to 16 lower-case letters, digits and dashes, and begin with a letter")
    .refine((stage) => !stage.endsWith(ALARM_SUFFIX), {
      error: ({ input }) =>
        `must not end in "${ALARM_SUFFIX}": the stage ${String(input).slice(0, -ALARM_SUFFIX.length)} gives that name to its alarms' KMS key`,
    })
    .default("dev"),
  region: regionName()
    .refine((region) => !REGIONS_WITHOUT_CONNECT.includes(region), {
      error: ({ input }) =>
        `${input} has no Amazon Connect. These Regions have it: ${CONNECT_REGIONS.join(", ")}. If AWS has added it since, edit settings/aws-regions.ts`,
    })
    .default("us-east-1"),
  /**
   * The only accounts that can be deployed to; any account by default. With exactly one, its id is part of the state's
   * default name.
   */
  allowedAccountIds: AccountIds.default([]),
  /** profile whose credentials Terraform, `ivr doctor` and `ivr smoke` use */
  profile: Profile.optional(),
  /** role that Terraform, `ivr doctor` and `ivr smoke` assume with these credentials */
  assumeRole: AssumedRole.optional(),
  /** the existing Amazon Connect instance */
  instance: z
    .union(
      [
        z.strictObject({ alias: matching(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}$/, "an instance alias") }),
        z.strictObject({ id: z.guid("must be an instance id, a UUID") }),
      ],
      'must be either { alias: "…" } or { id: "…" }',
    )
    .default({ alias: "my-contact-center" }),
  /**
   * One or two key pairs, both of which the function can decrypt with. A name means the files in `keys/<name>/`. For
   * files in other places, give their names; without `privateKeyFile`, Terraform reads the private key from its
   * variable `private_key_<name>`.
   */
  keyPairs: KeyPairs.prefault(["primary"]),
  /** name of the key pair that the flow encrypts with; the last one by default */
  encryptWith: z.string().optional(),
  /** what the flow asks callers for, in order: a field's name, `{ name, … }` with its limits, or `digits(…)` */
  fields: Fields.prefault([...DEFAULT_FIELDS]),
  /** accepted card brands; all by default */
  allowedBrands: z
    .array(z.enum(BRANDS))
    .min(1, "must name at least one brand")
    .refine(hasNoDuplicates, "must not name a brand twice")
    .default([...BRANDS]),
  /** IANA name of the time zone that decides when a card has expired */
  timeZone: z.string().refine(isTimeZone, "must be a time zone such as America/New_York").default("UTC"),
  /** languages of the flow; with several, the flow begins with a menu */
  languages: z
    .array(
      z.enum(
        LANGUAGE_CODES,
        `must be one of ${LANGUAGE_CODES.join(", ")}: a new language needs a file in flows/languages with a name such as de-DE.ts`,
      ),
    )
    .min(1, "must name at least one language")
    .max(9, "must name at most 9 languages: the menu needs a key for each")
    .refine(hasNoDuplicates, "must not name a language twice")
    .default(["en-US"]),
  /** texts that replace a language's own, by language code */
  prompts: z.record(z.string(), PromptSettings).default({}),
  /**
   * Where callers go whose data could not be captured, or who press 0 in the menu: a queue, or a goodbye prompt. A
   * module returns to its flow by default.
   */
  onFailure: z
    .union([
      z.enum(["goodbye", "return"], 'must be "goodbye", or { queueId: "…" }'),
      z.strictObject({ queueId: z.guid("must be a queue's id, a UUID") }),
    ])
    .optional(),
  /** a flow that receives calls, or a module that another flow invokes */
  flowKind: z.enum(["inbound", "module"]).default("inbound"),
  /** what the flow enables after it has overwritten the last ciphertext; until then all of it is disabled */
  afterCapture: z
    .strictObject({
      flowLogging: z.boolean().default(false),
      /** records what callers hear and press before an agent answers */
      ivrRecording: z.boolean().default(false),
      /** records the conversation with an agent */
      recordedParticipants: z.array(z.enum(["Agent", "Customer"])).default([]),
    })
    .prefault({}),
  /**
   * ARNs of the roles and users that deploy or plan. Beside the function, only they can use the stack's KMS key. By
   * default it is the identity that deploys.
   */
  deployers: z
    .array(
      matching(
        /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
        "the ARN of a role or user, such as arn:aws:iam::ACCOUNT:role/deploy",
      ),
    )
    .default([]),
  function: FunctionOptions.prefault({}),
  /** ARN of the policy that becomes the permissions boundary of every role in the stack */
  permissionsBoundary: matching(
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    "the ARN of a policy, such as arn:aws:iam::ACCOUNT:policy/boundary",
  ).optional(),
  /** a telephone number to claim for the flow; none by default */
  phoneNumber: z
    .strictObject({
      countryCode: matching(/^[A-Z]{2}$/, "a country code such as US"),
      type: z.enum(["DID", "TOLL_FREE"]),
      /** first digits of the number, such as +1206 */
      prefix: matching(/^\+\d{1,14}$/, "the first digits of a number, such as +1206").optional(),
    })
    .optional(),
  /** where the function sends a card after its checks; nowhere by default */
  payment: PaymentSettings.default({ connector: "none" }),
  alarms: AlarmSettings.prefault({}),
  /** tags for every resource that can have tags, in addition to `Project` and `Stage` */
  tags: Tags.default({}),
  /** S3 bucket of the Terraform state; by default the state is a file beside cdktf.json */
  backend: z
    .strictObject({
      bucket: bucketName(),
      /** default: connect-secure-ivr/<stage>/<region>.tfstate, or …/<region>/<account>.tfstate */
      key: stateKey().optional(),
      /** default: the stack's Region */
      region: regionName().optional(),
      /** KMS key that encrypts the state; by default the bucket's own settings decide */
      kmsKeyId: KmsKeyId.optional(),
      /** default: the configuration's `profile` */
      profile: Profile.optional(),
      /** role that Terraform assumes to use the bucket; none by default */
      assumeRole: AssumedRole.optional(),
    })
    .optional(),
});

function problemsBetween(settings: z.output<typeof Configuration>): SettingProblem[] {
  const { fields, languages, allowedBrands, flowKind, phoneNumber, onFailure } = settings;
  return [
    ...keyPairProblems(settings),
    ...fieldProblems(fields, languages),
    ...promptProblems(settings),
    ...voiceProblems(settings),
    ...tagProblems(settings),
    ...fields.flatMap((field, index) =>
      field.name === "securityCode" &&
      "maximumLength" in field &&
      field.maximumLength < 4 &&
      allowedBrands.includes("amex")
        ? [{ path: ["fields", index, "maximumLength"], message: "must be 4 while allowedBrands has amex" }]
        : [],
    ),
    ...(flowKind === "module" && phoneNumber
      ? [
          {
            path: ["phoneNumber"],
            message: "must be left out for a module: attach the number to the flow that invokes the module",
          },
        ]
      : []),
    ...(flowKind === "inbound" && onFailure === "return"
      ? [{ path: ["onFailure"], message: 'must be "goodbye" or a queue: only a module can "return"' }]
      : []),
  ];
}

/** The whole configuration. Its output has every default filled in. */
export const SettingsSchema = Configuration.superRefine((settings, context) => {
  for (const { path, message } of problemsBetween(settings)) context.addIssue({ code: "custom", path, message });
}).transform((settings) => ({
  ...settings,
  encryptWith: encryptWithOf(settings),
  onFailure: settings.onFailure ?? (settings.flowKind === "module" ? ("return" as const) : ("goodbye" as const)),
}));
