import { homedir } from "node:os";
import { join } from "node:path";
import type { AssumedRole } from "../settings/access-settings";
import { type AwsAccess, callAws, clientSettings } from "./aws";
import { CheckFailure, type CheckStep } from "./check";

export const CREDENTIALS = "Credentials";

/** Environment variables in which the SDK finds credentials. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

interface AccessSettings {
  region: string;
  profile?: string | undefined;
  assumeRole?: AssumedRole | undefined;
}

/** The access that Terraform's AWS provider has with these settings. A role is assumed at the first request. */
export function awsAccess({ region, profile, assumeRole }: AccessSettings, environment: AwsEnvironment): AwsAccess {
  const access = { region, profile };
  if (!assumeRole) return access;
  let session: ReturnType<typeof assume> | undefined;
  const credentials = () => {
    session ??= assume(assumeRole, access, environment);
    return session;
  };
  return { ...access, credentials };
}

async function assume({ arn, externalId, sessionName }: AssumedRole, access: AwsAccess, environment: AwsEnvironment) {
  const { STSClient, AssumeRoleCommand } = await import("@aws-sdk/client-sts");
  const client = new STSClient(clientSettings(access));
  const command = new AssumeRoleCommand({
    RoleArn: arn,
    RoleSessionName: sessionName ?? "connect-secure-ivr",
    ExternalId: externalId,
  });
  const { Credentials } = await callAws("sts:AssumeRole", () => client.send(command), {
    ...(await profileFailures(access, environment)),
    AccessDenied: new CheckFailure(
      `The credentials may not assume the role ${arn}.`,
      "Allow sts:AssumeRole for that role in IAM for these credentials, and allow them in the role's trust policy.",
    ),
  });
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

export interface ExpectedAccounts {
  accounts: readonly string[];
  /** for credentials of another account */
  failure: CheckFailure;
}

/**
 * Checks that AWS accepts the credentials. This needs no IAM permission.
 *
 * @param expected accounts that the credentials must belong to; any account by default
 */
export const credentialsStep = (
  access: AwsAccess,
  environment: AwsEnvironment,
  expected?: ExpectedAccounts,
): CheckStep => ({
  name: CREDENTIALS,
  run: async () => {
    // Loaded here because the SDK's clients take long to load, and other commands do not need them.
    const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const client = new STSClient(clientSettings(access));
    const { Account = "" } = await callAws(
      "sts:GetCallerIdentity",
      () => client.send(new GetCallerIdentityCommand({})),
      await profileFailures(access, environment),
    );
    if (expected && !expected.accounts.includes(Account)) throw expected.failure;
    return `AWS accepts them in ${access.region}.`;
  },
});

/** The SDK has the same error for an unknown profile and for missing credentials. */
async function profileFailures(
  { profile: configured }: AwsAccess,
  environment: AwsEnvironment,
): Promise<Record<string, CheckFailure>> {
  const profile = configured ?? environment.AWS_PROFILE;
  if (!profile) return {};
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const configFilepath = environment.AWS_CONFIG_FILE || join(homedir(), ".aws", "config");
  const filepath = environment.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials");
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ configFilepath, filepath, ignoreCache: true });
  if (Object.hasOwn(configFile, profile) || Object.hasOwn(credentialsFile, profile)) return {};
  const [source, subject] = configured ? ["The configuration", "the setting profile"] : ["AWS_PROFILE", "AWS_PROFILE"];
  const failure = new CheckFailure(
    `${source} names the profile ${profile}, which does not exist.`,
    `Correct ${subject}, or create the profile, for example with aws configure sso. Profiles are read from ${configFilepath} and ${filepath}.`,
  );
  return { CredentialsProviderError: failure };
}
