import { type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ask, clientSettings, everyPage } from "./aws";
import { type Check, CheckFailure, runSteps, type Step, skipped } from "./check";
import { CREDENTIALS, credentialsStep, type Environment } from "./credentials";
import { listSecurityKeys } from "./security-keys";

/** What Connect keeps active per instance. */
const MAX_KEYS = 2;

export interface Account {
  region: string;
  instance: { alias: string } | { id: string };
  /** of the configured key pairs */
  certificateFiles: string[];
}

/** Whether AWS lets us in, has the instance, and has room for the keys. Asks STS and Connect; changes nothing. */
export async function checkAccount(
  { region, instance, certificateFiles }: Account,
  environment: Environment,
): Promise<Check[]> {
  const ours = publicKeysIn(certificateFiles);
  const keys = "Security keys";
  let instanceId = "";
  const steps: Step[] = [
    credentialsStep(region, environment),
    {
      name: "Connect instance",
      needs: [CREDENTIALS],
      run: async () => {
        const label = "alias" in instance ? instance.alias : instance.id;
        const found = await findInstance(region, instance);
        if (found === undefined) {
          throw new CheckFailure(
            `${region} has no instance ${label}.`,
            "Correct instance or region in ivr.config.ts, or sign in to the instance's account.",
          );
        }
        instanceId = found;
        return `${label} is in ${region}.`;
      },
    },
  ];
  if (!ours) return [...(await runSteps(steps)), skipped(keys, "Not checked: a certificate cannot be read.")];
  const room = { name: keys, needs: ["Connect instance"], run: () => roomForKeys(region, instanceId, ours) };
  return runSteps([...steps, room]);
}

async function findInstance(region: string, instance: Account["instance"]): Promise<string | undefined> {
  const { ConnectClient, paginateListInstances } = await import("@aws-sdk/client-connect");
  const client = new ConnectClient(clientSettings(region));
  const instances = await ask("connect:ListInstances", () =>
    everyPage(paginateListInstances({ client }, {}), ({ InstanceSummaryList }) => InstanceSummaryList),
  );
  return instances.find(({ Id, InstanceAlias }) =>
    "alias" in instance ? InstanceAlias === instance.alias : Id === instance.id,
  )?.Id;
}

async function roomForKeys(region: string, instanceId: string, ours: KeyObject[]): Promise<string> {
  const uploaded = await listSecurityKeys(region, instanceId);
  const others = [...uploaded].filter(([, key]) => !ours.some((our) => key !== undefined && our.equals(key)));
  const needed = others.length + ours.length;
  if (needed > MAX_KEYS) {
    throw new CheckFailure(
      `Connect keeps ${MAX_KEYS} security keys; there are ${others.length} of others, and ours are ${ours.length}.`,
      `Find out in which flows the keys ${others.map(([id]) => id).join(" and ")} are used: one that is in none can be removed in the console, at the instance's flows.`,
    );
  }
  return `There is room: ${needed} of ${MAX_KEYS} with ours.`;
}

function publicKeysIn(files: string[]): KeyObject[] | undefined {
  try {
    return files.map((file) => new X509Certificate(readFileSync(file)).publicKey);
  } catch {
    return undefined; // as the check of its key pair tells
  }
}
