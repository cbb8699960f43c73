import { flowSteps, isFlow, sensitiveSettings } from "../flow-content";
import { keyIdOf, keyPairOf } from "../key-pairs";
import { nameOf } from "../resource-names";
import { actionOf, type ResourceChange } from "../terraform-plan";
import type { Danger } from "./danger";

const NEEDED_BY_CALLS =
  /^aws_(connect_contact_flow|connect_contact_flow_module|lambda_function|lambda_permission|connect_lambda_function_association|connect_phone_number|connect_phone_number_contact_flow_association)$/;

/**
 * Destroyed and replaced resources: keys that something is encrypted under, and what calls in progress need.
 *
 * @param used key ids, see {@link keysInUse}
 */
export function removalDangers(change: ResourceChange, used: ReadonlySet<string>): Danger[] {
  const action = actionOf(change);
  if (action !== "destroy" && action !== "replace") return [];
  const removed = `${nameOf(change)} is ${action === "destroy" ? "destroyed" : "replaced"}`;
  if (change.type === "aws_kms_key") {
    return [{ kind: "key", text: `${removed}: data that is encrypted under it can never be decrypted again` }];
  }
  const keyId = keyIdOf(change);
  if (keyPairOf(change) !== undefined && (keyId === undefined || used.has(keyId))) {
    return [{ kind: "key", text: `${removed} while the flow uses this key pair` }];
  }
  return NEEDED_BY_CALLS.test(change.type) ? [{ kind: "calls", text: removed }] : [];
}

/** Key ids that a flow encrypts under before or after the apply: calls in progress continue with the flow from before. */
export function keysInUse(changes: readonly ResourceChange[]): Set<string> {
  const steps = changes
    .filter(isFlow)
    .flatMap(({ change: { before, after } }) => [...flowSteps(before), ...flowSteps(after)]);
  return new Set(steps.flatMap((step) => sensitiveSettings(step).InputEncryption?.EncryptionKeyId ?? []));
}
