import type { KeyObject } from "node:crypto";
import { parsePublicKey } from "../encryption/pem";
import { ask, clientSettings, everyPage } from "./aws";

/** The public keys uploaded to a Connect instance, by the id that Connect gave them; undefined where it is no key. */
export async function listSecurityKeys(
  region: string,
  instanceId: string,
): Promise<Map<string, KeyObject | undefined>> {
  const { ConnectClient, paginateListSecurityKeys } = await import("@aws-sdk/client-connect");
  const client = new ConnectClient(clientSettings(region));
  const keys = await ask("connect:ListSecurityKeys", () =>
    everyPage(paginateListSecurityKeys({ client }, { InstanceId: instanceId }), ({ SecurityKeys }) => SecurityKeys),
  );
  return new Map(keys.map(({ AssociationId = "", Key = "" }) => [AssociationId, publicKeyOf(Key)]));
}

function publicKeyOf(pem: string): KeyObject | undefined {
  try {
    return parsePublicKey(pem, "security key");
  } catch {
    return undefined;
  }
}
