import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isRotationDue } from "../encryption/certificate";
import { describeKeyPair, KEYS_FOLDER, keyPairFiles } from "../encryption/key-pair-files";
import type { Settings } from "../settings/settings";
import { assertKeyPairExists, privateKeyEnvironmentVariable } from "../settings/usable-key-pair";
import { type DeployedKeys, readDeployedKeys, type UnknownDeployment } from "./deployed-keys";
import { findRotation, type Rotation, RotationError, type RotationStep } from "./rotation";
import { nextKeyPair, type StepConfig, stepConfig } from "./rotation-config";
import { nextName, spareKeyPairs } from "./spare-key-pairs";

export interface PlannedStep extends StepConfig {
  step: RotationStep;
  state: "done" | "next" | "later";
}

/** A rotation with the configuration of each step. */
export interface RotationPlan extends Rotation {
  plan: PlannedStep[];
  /** shell commands to run before the next deploy */
  prepare: string[];
}

/** `ivr keys rotate --json` prints it. */
export interface RotationState {
  deployed: DeployedKeys | UnknownDeployment;
  /** the configured key pair to encrypt with; dates are ISO 8601 */
  current: { name: string; notBefore: string; notAfter: string };
  /** left out where no rotation is under way */
  rotation?: RotationPlan;
  /** name of the next key pair, where it existed already and the user named none: it may have another purpose */
  found?: string;
  /** name of the key pair to create, where no rotation is under way and the user named one or one is due */
  toCreate?: string;
}

interface RotationStateOptions {
  settings: Settings;
  projectDir: string;
  now: Date;
  /** name of the next key pair, where the user gave one */
  name?: string | undefined;
}

/** Finds out where a rotation stands, from the configuration, the keys folder and the local state. Changes nothing. */
export function rotationState({ settings, projectDir, now, name }: RotationStateOptions): RotationState {
  const keyPairs = settings.keyPairs.map((pair) => {
    assertKeyPairExists(pair, projectDir);
    const { notBefore, notAfter } = describeKeyPair({ certificate: resolve(projectDir, pair.files.certificate) }, now);
    return { name: pair.name, notBefore, notAfter };
  });
  const current = keyPairs.find((pair) => pair.name === settings.encryptWith);
  if (!current) throw new Error("encryptWith names no configured key pair");
  const deployed = readDeployedKeys(settings, projectDir);
  const configured = keyPairs.map((pair) => pair.name);
  const spares = spareKeyPairs(projectDir, configured, now);
  const spare =
    name === undefined
      ? spares.findLast(({ notBefore }) => notBefore > current.notBefore)?.name
      : spares.find((pair) => pair.name === name)?.name;
  const rotation = findRotation(
    {
      keyPairs,
      encryptWith: settings.encryptWith,
      spare,
      deployed: "unavailableReason" in deployed ? undefined : deployed,
    },
    now,
  );
  if (rotation) {
    if (name !== undefined && name !== rotation.to) {
      throw new RotationError(
        `A rotation from "${rotation.from}" to "${rotation.to}" is under way: finish it with "npm run ivr -- keys rotate" before you start one to "${name}".`,
      );
    }
    const isFound = name === undefined && rotation.to === spare;
    return { deployed, current, rotation: planOf(rotation, settings), ...(isFound && { found: spare }) };
  }
  if (name !== undefined && configured.includes(name)) {
    throw new RotationError(`"${name}" is the key pair in use: choose another name for the next one.`);
  }
  // A spare key pair may remain from a finished rotation. Another one is only created when the current one is due.
  if (name === undefined && spares.length > 0 && !isRotationDue(current.notAfter, now)) return { deployed, current };
  const isTaken = (other: string) => configured.includes(other) || existsSync(join(projectDir, KEYS_FOLDER, other));
  return { deployed, current, toCreate: name ?? nextName(isTaken, now) };
}

function planOf(rotation: Rotation, { keyPairs }: Settings): RotationPlan {
  const next = rotation.steps.indexOf(rotation.next);
  const plan = rotation.steps.map((step, index): PlannedStep => {
    const state = index < next ? "done" : index === next ? "next" : "later";
    return { step, state, ...stepConfig(step, rotation, keyPairs) };
  });
  const isConfigured = keyPairs.some(({ name }) => name === rotation.to);
  return { ...rotation, plan, prepare: isConfigured ? [] : prepareCommands(rotation.to, keyPairs) };
}

/** Commands that put the files that `keys create` wrote where the configuration expects them. */
function prepareCommands(name: string, keyPairs: Settings["keyPairs"]): string[] {
  const created = keyPairFiles(join(KEYS_FOLDER, name));
  const { files } = nextKeyPair(name, keyPairs);
  return [
    ...(files.certificate === created.certificate ? [] : [`cp ${created.certificate} ${files.certificate}`]),
    ...(files.privateKey ? [] : [`export ${privateKeyEnvironmentVariable(name)}="$(cat ${created.privateKey})"`]),
  ];
}
