import type { KeyObject } from "node:crypto";
import { parsePublicKey } from "../encryption/pem";
import { type AwsAccess, allItems, callAws, clientSettings } from "./aws";
import { CheckFailure } from "./check";

/** Public keys that are uploaded to a Connect instance, by key id; undefined for a key that cannot be read. */
export async function listSecurityKeys(
  access: AwsAccess,
  instanceId: string,
): Promise<Map<string, KeyObject | undefined>> {
  const { ConnectClient, paginateListSecurityKeys } = await import("@aws-sdk/client-connect");
  const client = new ConnectClient(clientSettings(access));
  const keys = await callAws("connect:ListSecurityKeys", () =>
    allItems(paginateListSecurityKeys({ client }, { InstanceId: instanceId }), ({ SecurityKeys }) => SecurityKeys),
  );
  return new Map(keys.map(({ AssociationId = "", Key = "" }) => [AssociationId, readPublicKey(Key)]));
}

function readPublicKey(pem: string): KeyObject | undefined {
  try {
    return parsePublicKey(pem, "security key");
  } catch {
    return undefined;
  }
}

/** Terraform sends a write-only value only when it creates a parameter, and does not correct a changed one. */
const CREATE_AGAIN =
  "Delete the parameter, then run npx cdktf deploy: it creates the parameter again, with the private key.";

/** Checks a private key's parameter by its description. The private key itself is not read. */
export async function checkParameter(access: AwsAccess, name: string, encryptionKeyArn: string): Promise<string> {
  const { SSMClient, paginateDescribeParameters } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(clientSettings(access));
  const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [name] }];
  const [parameter] = await callAws("ssm:DescribeParameters", () =>
    allItems(paginateDescribeParameters({ client }, { ParameterFilters }), ({ Parameters }) => Parameters),
  );
  if (!parameter) throw new CheckFailure(`The parameter ${name} does not exist.`, "Run npx cdktf deploy.");
  if (parameter.Type !== "SecureString") {
    throw new CheckFailure(
      `The parameter ${name} is not encrypted: its type is not SecureString.`,
      `Treat the private key as leaked (docs/key-rotation.md). ${CREATE_AGAIN}`,
    );
  }
  if (parameter.KeyId !== encryptionKeyArn) {
    throw new CheckFailure(
      `The parameter ${name} is not encrypted under the KMS key of the stack.`,
      `Find out who wrote it. ${CREATE_AGAIN}`,
    );
  }
  return "Parameter Store has it, as a SecureString under the KMS key of the stack.";
}
