import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ask, clientSettings } from "./aws";
import { CheckFailure, type Step } from "./check";

export const CREDENTIALS = "Credentials";

/** In which the SDK looks for credentials. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether AWS takes the credentials, for which nobody needs a right.
 *
 * @param account that they must be of; any by default
 */
export const credentialsStep = (region: string, environment: Environment, account?: string): Step => ({
  name: CREDENTIALS,
  run: async () => {
    // the clients take a while to load, which no other command need wait for
    const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const client = new STSClient(clientSettings(region));
    const unknown = unknownProfile(environment);
    const { Account } = await ask(
      "sts:GetCallerIdentity",
      () => client.send(new GetCallerIdentityCommand({})),
      unknown && { CredentialsProviderError: unknown },
    );
    if (account !== undefined && Account !== account) {
      throw new CheckFailure(
        "The credentials are of another account than the deployment.",
        "Sign in to the account that it was deployed to, or name that other account's outputs: --outputs FILE.",
      );
    }
    return `AWS accepts them in ${region}.`;
  },
});

/** The SDK says of a profile that is nowhere no more than of credentials that are nowhere. */
function unknownProfile(environment: Environment): CheckFailure | undefined {
  const { AWS_PROFILE: profile } = environment;
  if (!profile) return undefined;
  const files = [
    environment.AWS_CONFIG_FILE || join(homedir(), ".aws", "config"),
    environment.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials"),
  ];
  if (files.flatMap(profilesIn).includes(profile)) return undefined;
  return new CheckFailure(
    `AWS_PROFILE names the profile ${profile}, which is not known here.`,
    `Correct AWS_PROFILE, or make that profile, for example with aws configure sso; ${files.join(" and ")} are looked into.`,
  );
}

/** `[profile NAME]` in the one file, `[NAME]` in the other. */
function profilesIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return [...text.matchAll(/^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]/gm)].map(([, name = ""]) =>
    name.replace(/^(["'])(.*)\1$/, "$2"),
  );
}
