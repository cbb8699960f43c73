import { z } from "zod";
import { SettingsError } from "./settings";
import { bucketName, hasNoDuplicates, matching, regionName } from "./value-schemas";

const ARN = "arn:aws[a-z-]*:iam::";

const BootstrapSchema = z.object({
  /** `OWNER/REPOSITORY`, or `OWNER@ID/REPOSITORY@ID` if GitHub's tokens contain the ids */
  repository: matching(
    /^[A-Za-z\d][A-Za-z\d-]*(@\d+)?\/[\w.-]+(@\d+)?$/,
    "OWNER/REPOSITORY, or OWNER@ID/REPOSITORY@ID for a repository with immutable subject claims",
  ),
  /** the new bucket for Terraform's state */
  bucket: bucketName(),
  /** GitHub environments that may deploy */
  environment: z
    .array(matching(/^[\w.-]{1,255}$/, "a name of letters, digits, dots, dashes and underscores"))
    .refine(hasNoDuplicates, "must not repeat a name"),
  /** the only branch that is deployed */
  branch: matching(/^[\w./-]{1,255}$/, "the name of a branch"),
  /** Regions of the stages; the first one is the bucket's */
  region: z.array(regionName()).refine(hasNoDuplicates, "must not repeat a Region"),
  /** the account's OIDC provider for GitHub, if it has one */
  oidcProviderArn: matching(
    new RegExp(`^${ARN}\\d{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$`),
    "the ARN of the provider, such as arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com",
  ).optional(),
  /** a policy to use as permissions boundary; a new one by default */
  permissionsBoundary: matching(
    new RegExp(`^${ARN}(\\d{12}|aws):policy/[\\w+=,.@/-]+$`),
    "the ARN of a policy, such as arn:aws:iam::ACCOUNT:policy/boundary",
  ).optional(),
  /** the bucket of the configuration's `function.codeSigning` */
  codeSigningBucket: bucketName().optional(),
  /** whether the state of these resources is in the bucket; a local file by default */
  stateInBucket: z.boolean().default(false),
});

/** What `ivr bootstrap` creates in an account, from its options. */
export type BootstrapSettings = z.output<typeof BootstrapSchema>;

/** Validates the options of `ivr bootstrap`, or throws one {@link SettingsError} that lists all problems. */
export function parseBootstrapSettings(options: z.input<typeof BootstrapSchema>): BootstrapSettings {
  const result = BootstrapSchema.safeParse(options);
  if (result.success) return result.data;
  const problems = new Set(
    result.error.issues.map(({ path: [option], message }) => `--${kebabCase(String(option))} ${message}`),
  );
  throw new SettingsError(`${[...problems].join("; ")}.`);
}

const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
