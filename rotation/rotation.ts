import { hasExpired } from "../encryption/certificate";

/** What is known about a stage's key pairs. */
export interface RotationInput {
  /** the configured key pairs, with their certificates' validity (ISO 8601) */
  keyPairs: readonly { name: string; notBefore: string; notAfter: string }[];
  /** name of the configured key pair to encrypt with */
  encryptWith: string;
  /** name of a key pair that exists and is not configured */
  spare?: string | undefined;
  /** left out where it is unknown */
  deployed?:
    | { keyPairs: readonly string[]; encryptWith: string; expiryDates: Readonly<Record<string, string>> }
    | undefined;
}

/**
 * A rotation takes three deploys: `add`, `switch` and `remove`. Where the current certificate has expired, one deploy
 * does it: `replace`.
 */
export type RotationStep = "add" | "switch" | "remove" | "replace";
const NORMAL_STEPS: readonly RotationStep[] = ["add", "switch", "remove"];

export interface Rotation {
  /** name of the key pair in use */
  from: string;
  /** name of the key pair that replaces it */
  to: string;
  steps: readonly RotationStep[];
  next: RotationStep;
  /** whether the configuration already contains the next step */
  configured: boolean;
  /** one sentence, where deploying the configuration would skip or reverse a step */
  warning?: string;
}

/** Deploying the configuration would break calls. The message is one sentence. */
export class RotationError extends Error {
  override name = "RotationError";
}

/** Finds the rotation that is under way, and its next step. Throws {@link RotationError}. */
export function findRotation(input: RotationInput, now: Date): Rotation | undefined {
  assertDeployable(input, now);
  const [first, second] = input.keyPairs;
  if (!first) return undefined;
  return second ? rotationOfTwoPairs(input) : rotationOfOnePair(input, first, now);
}

const quoted = (names: readonly string[]) => `[${names.map((name) => `"${name}"`).join(", ")}]`;

function assertDeployable({ keyPairs, deployed }: RotationInput, now: Date): void {
  if (!deployed) return;
  const names = keyPairs.map(({ name }) => name);
  const inUse = deployed.encryptWith;
  // Without a date, the certificate counts as valid.
  const hasInUseExpired = hasExpired(deployed.expiryDates[inUse] ?? now.toISOString(), now);
  if (!names.includes(inUse) && !hasInUseExpired) {
    const target = names.at(-1) ?? "";
    const encryptWith = deployed.keyPairs.includes(target) ? target : inUse;
    throw new RotationError(
      `The deployed flow encrypts with "${inUse}", which the configuration no longer names: before you deploy, write keyPairs: ${quoted([inUse, target])} and encryptWith: "${encryptWith}".`,
    );
  }
  const added = names.filter((name) => !deployed.keyPairs.includes(name));
  const removed = deployed.keyPairs.filter((name) => !names.includes(name));
  if (added.length > 0 && added.length + deployed.keyPairs.length > 2 && removed.length > 0) {
    throw new RotationError(
      `The configuration adds "${added.join('", "')}" while "${removed.join('", "')}" is still deployed, but Connect allows two keys: deploy keyPairs: ${quoted(deployed.keyPairs.filter((name) => names.includes(name)))} first.`,
    );
  }
}

function rotationOfOnePair(
  { spare, deployed }: RotationInput,
  { name, notAfter }: RotationInput["keyPairs"][number],
  now: Date,
): Rotation | undefined {
  const other = deployed?.keyPairs.find((pair) => pair !== name);
  if (deployed && other !== undefined) {
    if (deployed.encryptWith === name) {
      return { from: other, to: name, steps: NORMAL_STEPS, next: "remove", configured: true };
    }
    return { from: deployed.encryptWith, to: name, steps: ["replace"], next: "replace", configured: true };
  }
  if (spare === undefined) return undefined;
  return hasExpired(notAfter, now)
    ? { from: name, to: spare, steps: ["replace"], next: "replace", configured: false }
    : { from: name, to: spare, steps: NORMAL_STEPS, next: "add", configured: false };
}

function rotationOfTwoPairs({ keyPairs, encryptWith, deployed }: RotationInput): Rotation {
  const byAge = [...keyPairs].sort((one, other) => one.notBefore.localeCompare(other.notBefore));
  const [from = "", to = ""] = byAge.map(({ name }) => name);
  const rotation = { from, to, steps: NORMAL_STEPS };
  const isSwitched = encryptWith === to;
  // An unknown deployment is assumed to match the configuration.
  const { keyPairs: deployedPairs, encryptWith: inUse } = deployed ?? { keyPairs: [from, to], encryptWith };

  if (!deployedPairs.includes(encryptWith)) {
    return {
      ...rotation,
      next: "add",
      configured: false,
      warning: `The configuration adds "${encryptWith}" and encrypts with it in the same deploy, before the function's permission for the new key takes effect: write encryptWith: "${inUse}" first, unless the key "${inUse}" has leaked.`,
    };
  }
  if (deployedPairs.length < 2) return { ...rotation, next: "add", configured: true };
  if (inUse === from) return { ...rotation, next: "switch", configured: isSwitched };
  if (isSwitched) return { ...rotation, next: "remove", configured: false };
  return {
    ...rotation,
    next: "switch",
    configured: false,
    warning: `The deployed flow encrypts with "${to}", and a deploy would switch it back to "${from}".`,
  };
}
