import { hasExpired } from "../encryption/certificate";

/** What can be seen of a rotation from the project's folder. */
export interface RotationView {
  /** the configured pairs, and when their certificates began (ISO 8601) */
  keyPairs: readonly { name: string; notBefore: string; notAfter: string }[];
  /** the configured pair to encrypt under */
  encryptWith: string;
  /** a pair that is made and not yet configured */
  made?: string | undefined;
  /** left out where it cannot be seen */
  deployed?: { keyPairs: readonly string[]; encryptWith: string; expiryDates: Readonly<Record<string, string>> };
}

/** The three deploys of a rotation; an expired certificate leaves nothing but to replace its pair in one. */
export type Step = "add" | "switch" | "remove" | "replace";
const NORMAL_STEPS: readonly Step[] = ["add", "switch", "remove"];

export interface Rotation {
  from: string;
  to: string;
  steps: readonly Step[];
  next: Step;
  /** whether the configuration says already what the next step deploys */
  configured: boolean;
  /** one sentence, where the configuration is not a step after what is deployed, and does no harm */
  warning?: string;
}

/** A configuration that must not be deployed over what is; the text is one sentence. */
export class RotationError extends Error {
  override name = "RotationError";
}

/** Which step is next, or nothing where no rotation is under way. */
export function rotationOf(view: RotationView, now: Date): Rotation | undefined {
  refuseJumps(view, now);
  const names = view.keyPairs.map(({ name }) => name);
  return names.length === 1 ? ofOnePair(view, names[0] ?? "", now) : ofTwoPairs(view);
}

const quoted = (names: readonly string[]) => `[${names.map((name) => `"${name}"`).join(", ")}]`;

function refuseJumps({ keyPairs, deployed }: RotationView, now: Date): void {
  if (!deployed) return;
  const names = keyPairs.map(({ name }) => name);
  const inUse = deployed.encryptWith;
  if (!names.includes(inUse) && !expiredWhereDeployed(deployed, now)) {
    const target = names.at(-1) ?? "";
    const goOnWith = deployed.keyPairs.includes(target) ? target : inUse;
    throw new RotationError(
      `The deployed flow encrypts under "${inUse}", which the configuration no longer names: do not deploy it, but go on with keyPairs: ${quoted([inUse, target])} and encryptWith: "${goOnWith}".`,
    );
  }
  const added = names.filter((name) => !deployed.keyPairs.includes(name));
  const removed = deployed.keyPairs.filter((name) => !names.includes(name));
  if (added.length > 0 && added.length + deployed.keyPairs.length > 2 && removed.length > 0) {
    throw new RotationError(
      `The configuration adds "${added.join('", "')}" while "${removed.join('", "')}" is still deployed, and Connect has room for two keys: deploy keyPairs: ${quoted(deployed.keyPairs.filter((name) => names.includes(name)))} first.`,
    );
  }
}

const expiredWhereDeployed = ({ encryptWith, expiryDates }: NonNullable<RotationView["deployed"]>, now: Date) =>
  hasExpired(expiryDates[encryptWith] ?? now.toISOString(), now);

function ofOnePair({ keyPairs, made, deployed }: RotationView, name: string, now: Date): Rotation | undefined {
  const other = deployed?.keyPairs.find((pair) => pair !== name);
  if (deployed && other !== undefined) {
    if (deployed.encryptWith === name) {
      return { from: other, to: name, steps: NORMAL_STEPS, next: "remove", configured: true };
    }
    return { from: deployed.encryptWith, to: name, steps: ["replace"], next: "replace", configured: true };
  }
  if (made === undefined) return undefined;
  const expired = hasExpired(keyPairs[0]?.notAfter ?? "", now);
  return expired
    ? { from: name, to: made, steps: ["replace"], next: "replace", configured: false }
    : { from: name, to: made, steps: NORMAL_STEPS, next: "add", configured: false };
}

function ofTwoPairs({ keyPairs, encryptWith, deployed }: RotationView): Rotation {
  const byAge = [...keyPairs].sort((one, other) => one.notBefore.localeCompare(other.notBefore));
  const [from = "", to = ""] = byAge.map(({ name }) => name);
  const rotation = { from, to, steps: NORMAL_STEPS };
  const switched = encryptWith === to;
  // what cannot be seen is taken to be deployed as it is configured
  const { keyPairs: there, encryptWith: inUse } = deployed ?? { keyPairs: [from, to], encryptWith };

  if (!there.includes(encryptWith)) {
    return {
      ...rotation,
      next: "add",
      configured: false,
      warning: `The configuration adds "${encryptWith}" and encrypts under it in one deploy, which gives the function's permission no time to arrive: write encryptWith: "${inUse}" first, unless the old key has leaked.`,
    };
  }
  if (there.length < 2) return { ...rotation, next: "add", configured: true };
  if (inUse === from) return { ...rotation, next: "switch", configured: switched };
  if (switched) return { ...rotation, next: "remove", configured: false };
  return {
    ...rotation,
    next: "switch",
    configured: false,
    warning: `The deployed flow encrypts under "${to}", and a deploy would take it back to "${from}".`,
  };
}
