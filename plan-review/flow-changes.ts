import { X509Certificate } from "node:crypto";
import { FLOW_ATTRIBUTES } from "../contract/flow-attributes";
import type { OperationParameters } from "../contract/operations";
import { type Branch, type FlowStep, readFlow } from "../flow-validation/read-flow";
import type { KeyPairNames } from "./key-pairs";

/** A value without `before` is added, one without `after` removed. */
export interface ValueChange {
  what: string;
  before?: string | undefined;
  after?: string | undefined;
}

export interface StepChange {
  step: string;
  kind: "added" | "removed" | "changed";
  /** its parameters and the steps that its branches lead to */
  changes: ValueChange[];
}

/** Parameters with a prompt: one that the step plays, or one that it stores for the next input step. */
const PROMPTS = ["Text", "SSML", `FlowAttributes.${FLOW_ATTRIBUTES.prompt}.Value`];

const PREPARED_KEY = `LambdaInvocationAttributes.${"keyId" satisfies keyof OperationParameters["prepare"]}`;

/**
 * The differing steps of two flows.
 *
 * @param before content as JSON; undefined for a flow that does not exist
 */
export function flowChanges(before: unknown, after: unknown, keyPairs: KeyPairNames): StepChange[] {
  const [old, next] = [readSteps(before, keyPairs), readSteps(after, keyPairs)];
  const changes: StepChange[] = [];
  if (before !== undefined && after !== undefined && old.start !== next.start) {
    changes.push({
      step: "start",
      kind: "changed",
      changes: [{ what: "starts with", before: old.start, after: next.start }],
    });
  }
  for (const [step, values] of next.steps) {
    const was = old.steps.get(step);
    const changed = difference(was ?? new Map(), values);
    if (!was) changes.push({ step, kind: "added", changes: changed });
    else if (changed.length > 0) changes.push({ step, kind: "changed", changes: changed });
  }
  for (const [step, values] of old.steps) {
    if (!next.steps.has(step)) changes.push({ step, kind: "removed", changes: difference(values, new Map()) });
  }
  return changes;
}

/** The entries of two maps that differ. */
export function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ValueChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({ what, before: before.get(what), after: after.get(what) }))
    .filter((change) => change.before !== change.after);
}

function readSteps(content: unknown, keyPairs: KeyPairNames) {
  if (content === undefined) return { start: undefined, steps: new Map<string, Map<string, string>>() };
  const flow = readFlow(content);
  return { start: flow.start, steps: new Map(flow.steps.map((step) => [step.name, valuesOf(step, keyPairs)])) };
}

function valuesOf({ type, parameters, branches }: FlowStep, keyPairs: KeyPairNames): Map<string, string> {
  const values = new Map([["type", type]]);
  const add = (path: string, value: unknown): void => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) add(path ? `${path}.${name}` : name, inner);
    } else if (path === "InputEncryption.EncryptionKeyId")
      values.set("encrypts under", keyPairName(String(value), keyPairs));
    else if (path === PREPARED_KEY) values.set("prepares", keyPairName(String(value), keyPairs));
    else if (path === "InputEncryption.Key") values.set("certificate", describeCertificate(String(value)));
    else if (PROMPTS.includes(path)) values.set("prompt", String(value));
    else values.set(path, typeof value === "string" ? value : JSON.stringify(value));
  };
  add("", parameters);
  for (const branch of branches) values.set(describeBranch(branch), branch.to);
  return values;
}

function describeBranch({ kind, errorType, operator, operands = [] }: Branch): string {
  if (kind === "next") return "next leads to";
  if (kind === "error") return `${errorType} leads to`;
  return operator === "Equals" ? `"${operands.join(", ")}" leads to` : `${operator} "${operands.join(", ")}" leads to`;
}

/** The key id alone if the plan contains no security key with it. */
function keyPairName(keyId: string, keyPairs: KeyPairNames): string {
  const name = keyPairs.get(keyId);
  return name === undefined ? `key id ${keyId}` : `the key pair ${name}`;
}

function describeCertificate(pem: string): string {
  try {
    const { validTo, fingerprint256 } = new X509Certificate(pem);
    return `valid until ${new Date(validTo).toISOString().slice(0, 10)}, SHA-256 ${fingerprint256.slice(0, 11)}…`;
  } catch {
    return "cannot be read";
  }
}
