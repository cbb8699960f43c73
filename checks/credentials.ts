import { ask, clientSettings } from "./aws";
import { CheckFailure, type Step } from "./check";

export const CREDENTIALS = "Credentials";

/**
 * Whether AWS takes the credentials, for which nobody needs a right.
 *
 * @param account that they must be of; any by default
 */
export const credentialsStep = (region: string, account?: string): Step => ({
  name: CREDENTIALS,
  run: async () => {
    // the clients take a while to load, which no other command need wait for
    const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const client = new STSClient(clientSettings(region));
    const { Account } = await ask("sts:GetCallerIdentity", () => client.send(new GetCallerIdentityCommand({})));
    if (account !== undefined && Account !== account) {
      throw new CheckFailure(
        "The credentials are of another account than the deployment.",
        "Sign in to the account that it was deployed to, or name that other account's outputs: --outputs FILE.",
      );
    }
    return `AWS accepts them in ${region}.`;
  },
});
