import { homedir } from "node:os";
import { join } from "node:path";
import { callAws, clientSettings } from "./aws";
import { CheckFailure, type CheckStep } from "./check";

export const CREDENTIALS = "Credentials";

/** Environment variables in which the SDK finds credentials. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Checks that AWS accepts the credentials. This needs no IAM permission.
 *
 * @param account id of the account that the credentials must belong to; any account by default
 */
export const credentialsStep = (region: string, environment: AwsEnvironment, account?: string): CheckStep => ({
  name: CREDENTIALS,
  run: async () => {
    // Loaded here because the SDK's clients take long to load, and other commands do not need them.
    const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const client = new STSClient(clientSettings(region));
    const unknownProfile = await findUnknownProfile(environment);
    const { Account } = await callAws(
      "sts:GetCallerIdentity",
      () => client.send(new GetCallerIdentityCommand({})),
      unknownProfile && { CredentialsProviderError: unknownProfile },
    );
    if (account !== undefined && Account !== account) {
      throw new CheckFailure(
        "The credentials belong to another account than the deployment.",
        "Sign in to the account of the deployment, or name the outputs of another deployment: --outputs FILE.",
      );
    }
    return `AWS accepts them in ${region}.`;
  },
});

/** The SDK has the same error for an unknown profile and for missing credentials. */
async function findUnknownProfile(environment: AwsEnvironment): Promise<CheckFailure | undefined> {
  const { AWS_PROFILE: profile } = environment;
  if (!profile) return undefined;
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const configFilepath = environment.AWS_CONFIG_FILE || join(homedir(), ".aws", "config");
  const filepath = environment.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials");
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ configFilepath, filepath, ignoreCache: true });
  if (Object.hasOwn(configFile, profile) || Object.hasOwn(credentialsFile, profile)) return undefined;
  return new CheckFailure(
    `AWS_PROFILE names the profile ${profile}, which does not exist.`,
    `Correct AWS_PROFILE, or create the profile, for example with aws configure sso. Profiles are read from ${configFilepath} and ${filepath}.`,
  );
}
