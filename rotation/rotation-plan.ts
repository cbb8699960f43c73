import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { privateKeyVariable } from "../contract/parameter-names";
import { isRotationDue } from "../encryption/certificate";
import { describeKeyPair, KEYS_FOLDER, keyPairFiles } from "../encryption/key-pair-files";
import { refuseUnmade } from "../settings/checked-key-pair";
import type { Settings } from "../settings/settings";
import { type DeployedKeys, readDeployedKeys } from "./deployed-keys";
import { type Rotation, RotationError, rotationOf, type Step } from "./rotation";
import { nextSetting, type StepConfig, stepConfig } from "./rotation-config";
import { madeKeyPairs, nextName } from "./spare-key-pairs";

export interface PlannedStep extends StepConfig {
  step: Step;
  state: "done" | "next" | "later";
}

/** A rotation under way, told in full. */
export interface RotationPlan extends Rotation {
  plan: PlannedStep[];
  /** commands that must come before the next deploy */
  prepare: string[];
}

export interface RotationState {
  deployed: DeployedKeys | { unseen: string };
  /** the pair that is configured to encrypt with */
  current: { name: string; notAfter: string };
  /** left out where no rotation is under way */
  rotation?: RotationPlan;
  /** the next pair, where it was there already and nobody named it: it may be there for something else */
  found?: string;
  /** the name of the pair to make; only where no rotation is under way, and one is wanted or due */
  toMake?: string;
}

interface Question {
  settings: Settings;
  projectDir: string;
  now: Date;
  /** the next pair's name, where one was given */
  name?: string | undefined;
}

/** Where a rotation stands, by the configuration, the keys folder and a local state. Changes nothing. */
export function rotationState({ settings, projectDir, now, name }: Question): RotationState {
  const keyPairs = settings.keyPairs.map((pair) => {
    refuseUnmade(pair, projectDir);
    const { certificate } = pair.files;
    const { notBefore, notAfter } = describeKeyPair({ certificate: resolve(projectDir, certificate) }, now);
    return { name: pair.name, notBefore, notAfter };
  });
  const current = keyPairs.find((pair) => pair.name === settings.encryptWith) ?? keyPairs[0];
  if (!current) throw new Error("the settings name no key pair");
  const deployed = readDeployedKeys(settings, projectDir);
  const configured = keyPairs.map((pair) => pair.name);
  const spare = madeKeyPairs(projectDir, now).filter((pair) => !configured.includes(pair.name));
  const made =
    name === undefined
      ? spare.filter((pair) => pair.notBefore > current.notBefore).at(-1)
      : spare.find((pair) => pair.name === name);
  const rotation = rotationOf(
    {
      keyPairs,
      encryptWith: settings.encryptWith,
      made: made?.name,
      deployed: "unseen" in deployed ? undefined : deployed,
    },
    now,
  );
  if (rotation) {
    if (name !== undefined && name !== rotation.to) {
      throw new RotationError(
        `A rotation from "${rotation.from}" to "${rotation.to}" is under way: finish it with "npm run ivr -- keys rotate" before you start one to "${name}".`,
      );
    }
    const isFound = name === undefined && rotation.to === made?.name;
    return { deployed, current, rotation: planOf(rotation, settings), ...(isFound && { found: made.name }) };
  }
  if (name !== undefined && configured.includes(name)) {
    throw new RotationError(`"${name}" is the key pair in use: give the next one another name.`);
  }
  // the pair of a rotation that is complete, or of something else: which, nobody can tell
  const isLeft = spare.length > 0 && !isRotationDue(current.notAfter, now);
  if (name === undefined && isLeft) return { deployed, current };
  const isTaken = (other: string) => configured.includes(other) || existsSync(join(projectDir, KEYS_FOLDER, other));
  return { deployed, current, toMake: name ?? nextName(isTaken, now) };
}

function planOf(rotation: Rotation, { keyPairs }: Settings): RotationPlan {
  const next = rotation.steps.indexOf(rotation.next);
  const plan = rotation.steps.map((step, index): PlannedStep => {
    const state = index < next ? "done" : index === next ? "next" : "later";
    return { step, state, ...stepConfig(step, rotation, keyPairs, KEYS_FOLDER) };
  });
  const isAdded = !keyPairs.some(({ name }) => name === rotation.to);
  return { ...rotation, plan, prepare: isAdded ? prepareCommands(rotation.to, keyPairs) : [] };
}

/** The next pair's files are where `keys create` puts them; a configuration may want them elsewhere. */
function prepareCommands(to: string, keyPairs: Settings["keyPairs"]): string[] {
  const made = keyPairFiles(join(KEYS_FOLDER, to));
  const { files } = nextSetting(to, keyPairs, KEYS_FOLDER);
  return [
    ...(files.certificate === made.certificate ? [] : [`cp ${made.certificate} ${files.certificate}`]),
    ...(files.privateKey ? [] : [`export TF_VAR_${privateKeyVariable(to)}="$(cat ${made.privateKey})"`]),
  ];
}
