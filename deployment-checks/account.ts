import { type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { type AwsAccess, allItems, callAws, clientSettings } from "./aws";
import { CheckFailure, type CheckResult, type CheckStep, runSteps, skipped } from "./check";
import { type AwsEnvironment, CREDENTIALS, credentialsStep } from "./credentials";
import { listSecurityKeys } from "./deployed-keys";

/** Connect's limit per instance. */
const MAX_SECURITY_KEYS = 2;

const ACCOUNT_NOT_ALLOWED = new CheckFailure(
  "The credentials belong to an account that allowedAccountIds does not name.",
  "Sign in to an account that it names, or correct allowedAccountIds, profile or assumeRole in ivr.config.ts.",
);

export interface AccountToCheck {
  access: AwsAccess;
  /** the only accounts that can be deployed to; empty for any account */
  allowedAccountIds: readonly string[];
  instance: { alias: string } | { id: string };
  /** of the configured key pairs */
  certificateFiles: string[];
}

/** Checks that an account can take a deployment: its credentials, instance and security keys. Changes nothing. */
export async function checkAccount(
  { access, allowedAccountIds, instance, certificateFiles }: AccountToCheck,
  environment: AwsEnvironment,
): Promise<CheckResult[]> {
  const ours = readPublicKeys(certificateFiles);
  const securityKeys = "Security keys";
  let instanceId = "";
  const steps: CheckStep[] = [
    credentialsStep(
      access,
      environment,
      allowedAccountIds.length === 0 ? undefined : { accounts: allowedAccountIds, failure: ACCOUNT_NOT_ALLOWED },
    ),
    {
      name: "Connect instance",
      needs: [CREDENTIALS],
      run: async () => {
        const label = "alias" in instance ? instance.alias : instance.id;
        const found = await findInstance(access, instance);
        if (found === undefined) {
          throw new CheckFailure(
            `The instance ${label} does not exist in ${access.region}.`,
            "Correct instance or region in ivr.config.ts, or sign in to the account of the instance.",
          );
        }
        instanceId = found;
        return `${label} exists in ${access.region}.`;
      },
    },
  ];
  if (!ours) {
    return [...(await runSteps(steps)), skipped(securityKeys, "Skipped: a certificate cannot be read.")];
  }
  const keysStep = {
    name: securityKeys,
    needs: ["Connect instance"],
    run: () => checkSecurityKeyLimit(access, instanceId, ours),
  };
  return runSteps([...steps, keysStep]);
}

async function findInstance(access: AwsAccess, instance: AccountToCheck["instance"]): Promise<string | undefined> {
  const { ConnectClient, paginateListInstances } = await import("@aws-sdk/client-connect");
  const client = new ConnectClient(clientSettings(access));
  const instances = await callAws("connect:ListInstances", () =>
    allItems(paginateListInstances({ client }, {}), ({ InstanceSummaryList }) => InstanceSummaryList),
  );
  return instances.find(({ Id, InstanceAlias }) =>
    "alias" in instance ? InstanceAlias === instance.alias : Id === instance.id,
  )?.Id;
}

async function checkSecurityKeyLimit(access: AwsAccess, instanceId: string, ours: KeyObject[]): Promise<string> {
  const uploaded = await listSecurityKeys(access, instanceId);
  const others = [...uploaded].filter(([, key]) => !ours.some((our) => key !== undefined && our.equals(key)));
  const needed = others.length + ours.length;
  if (needed > MAX_SECURITY_KEYS) {
    throw new CheckFailure(
      `An instance can have ${MAX_SECURITY_KEYS} security keys. This one has ${others.length} other keys, and the configuration needs ${ours.length}.`,
      `Find the flows that use the keys ${others.map(([id]) => id).join(" and ")}. You can remove a key that no flow uses in the Connect console, on the page of the instance's flows.`,
    );
  }
  const counted = `With the configured keys, the instance has ${needed} of ${MAX_SECURITY_KEYS}`;
  return others.length > 0 && needed === MAX_SECURITY_KEYS
    ? `${counted}, ${others.length} of them from another stage or flow: there is no place to rotate a key pair (docs/operations.md).`
    : `${counted}.`;
}

/** Undefined if one of the certificates cannot be read. The check of its key pair reports why. */
function readPublicKeys(certificateFiles: string[]): KeyObject[] | undefined {
  try {
    return certificateFiles.map((file) => new X509Certificate(readFileSync(file)).publicKey);
  } catch {
    return undefined;
  }
}
