import { X509Certificate } from "node:crypto";
import { FLOW_ATTRIBUTES } from "../contract/flow-attributes";
import type { OperationParameters } from "../contract/operations";
import { type Branch, type FlowStep, readFlow } from "../flow-validation/read-flow";
import { same } from "./terraform-plan";

export interface ValueChange {
  what: string;
  before?: string;
  after?: string;
}

export interface StepChange {
  step: string;
  kind: "added" | "removed" | "changed";
  /** its parameters, and which of its exits leads where */
  changes: ValueChange[];
}

/** Where steps of this project have what callers hear: said at once, or kept for the next input to say. */
const PROMPTS = ["Text", "SSML", `FlowAttributes.${FLOW_ATTRIBUTES.prompt}.Value`];

const PREPARED_KEY = `LambdaInvocationAttributes.${"keyId" satisfies keyof OperationParameters["prepare"]}`;

/** Names of key pairs by the id that Connect gave their public keys. */
export type KeyPairNames = ReadonlyMap<string, string>;

/** Step by step; `undefined` stands for no flow. */
export function flowChanges(before: unknown, after: unknown, keyPairs: KeyPairNames): StepChange[] {
  const [old, next] = [viewOf(before, keyPairs), viewOf(after, keyPairs)];
  const changes: StepChange[] = [];
  if (before !== undefined && after !== undefined && old.start !== next.start) {
    changes.push({
      step: "start",
      kind: "changed",
      changes: [{ what: "begins with", before: old.start, after: next.start }],
    });
  }
  for (const [step, values] of next.steps) {
    const was = old.steps.get(step);
    const differing = difference(was ?? new Map(), values);
    if (!was) changes.push({ step, kind: "added", changes: differing });
    else if (differing.length > 0) changes.push({ step, kind: "changed", changes: differing });
  }
  for (const [step, values] of old.steps) {
    if (!next.steps.has(step)) changes.push({ step, kind: "removed", changes: difference(values, new Map()) });
  }
  return changes;
}

/** What is before, what is after, and nothing of what stays. */
export function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ValueChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({ what, before: before.get(what), after: after.get(what) }))
    .filter((change) => !same(change.before, change.after));
}

function viewOf(content: unknown, keyPairs: KeyPairNames) {
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
    else if (path === "InputEncryption.Key") values.set("certificate", certificateInWords(String(value)));
    else if (PROMPTS.includes(path)) values.set("prompt", String(value));
    else values.set(path, typeof value === "string" ? value : JSON.stringify(value));
  };
  add("", parameters);
  for (const branch of branches) values.set(exitOf(branch), branch.to);
  return values;
}

function exitOf({ kind, errorType, operator, operands = [] }: Branch): string {
  if (kind === "next") return "next leads to";
  if (kind === "error") return `${errorType} leads to`;
  return operator === "Equals" ? `"${operands.join(", ")}" leads to` : `${operator} "${operands.join(", ")}" leads to`;
}

/** The id alone where no security key of the plan has it. */
const keyPairName = (keyId: string, keyPairs: KeyPairNames): string => {
  const name = keyPairs.get(keyId);
  return name === undefined ? `key id ${keyId}` : `the key pair ${name}`;
};

function certificateInWords(pem: string): string {
  try {
    const { validTo, fingerprint256 } = new X509Certificate(pem);
    return `valid until ${new Date(validTo).toISOString().slice(0, 10)}, SHA-256 ${fingerprint256.slice(0, 11)}…`;
  } catch {
    return "cannot be read";
  }
}
