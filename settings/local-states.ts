import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type DeploymentPlace, localStateFile, stackName } from "../contract/stack-outputs";
import type { Settings } from "./settings";

/** It is not clear which state belongs to the configuration. The message is one sentence. */
export class StateError extends Error {
  override name = "StateError";
}

type PlaceSettings = Pick<Settings, "stage" | "region" | "allowedAccountIds">;

export const deploymentPlace = ({ stage, region, allowedAccountIds }: PlaceSettings): DeploymentPlace => ({
  stage,
  region,
  account: allowedAccountIds.length === 1 ? allowedAccountIds[0] : undefined,
});

/** A state in the project's folder. */
export interface LocalState {
  /** name of the file */
  file: string;
  stage: string;
  hasResources: boolean;
  /** undefined if neither the resources nor the file's name show it */
  region: string | undefined;
  account: string | undefined;
  /** the Connect instance, if it is in the state */
  instance: { id?: string | undefined; alias?: string | undefined };
  /** of the deployed key pairs */
  keyPairs: string[];
}

/** `terraform.secure-ivr-STAGE.REGION.ACCOUNT.tfstate`, where REGION and ACCOUNT can be missing. */
const FILE_NAME = /^terraform\.secure-ivr-([a-z][a-z0-9-]{0,15})(?:\.([a-z]{2}-[a-z0-9-]+))?(?:\.(\d{12}))?\.tfstate$/;
const ARN = /^arn:[\w-]+:[\w-]+:([a-z0-9-]+):(\d{12}):/;

const State = z.object({
  outputs: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
  resources: z
    .array(
      z.object({
        mode: z.string(),
        type: z.string(),
        instances: z.array(z.object({ attributes: z.record(z.string(), z.unknown()).nullish() })),
      }),
    )
    .default([]),
});
const Instance = z.object({ id: z.string().optional(), instance_alias: z.string().optional() });
const KeyIds = z.record(z.string(), z.unknown());

/** The states of all stages that are in the project's folder. */
export const localStates = (projectDir: string): LocalState[] =>
  readdirSync(projectDir)
    .sort()
    .flatMap((file) => {
      const [, stage, region, account] = FILE_NAME.exec(file) ?? [];
      return stage === undefined ? [] : [readState(projectDir, file, { stage, region, account })];
    });

function readState(
  projectDir: string,
  file: string,
  named: { stage: string; region: string | undefined; account: string | undefined },
): LocalState {
  const state = parseState(join(projectDir, file));
  // A file that cannot be read counts as a state with resources, so that it is not overlooked.
  if (!state) return { ...named, file, hasResources: true, instance: {}, keyPairs: [] };
  const { outputs, resources } = state;
  const values = [
    ...Object.values(outputs).map(({ value }) => value),
    ...resources.flatMap(({ instances }) => instances.map(({ attributes }) => attributes?.arn)),
  ];
  const [, region, account] = values.map((value) => ARN.exec(String(value))).find((match) => match !== null) ?? [];
  const instance = resources.find(({ mode, type }) => mode === "data" && type === "aws_connect_instance");
  const { id, instance_alias: alias } = Instance.safeParse(instance?.instances[0]?.attributes).data ?? {};
  return {
    file,
    stage: named.stage,
    hasResources: resources.some(({ mode }) => mode === "managed"),
    region: region ?? named.region,
    account: account ?? named.account,
    instance: { id, alias },
    keyPairs: Object.keys(KeyIds.safeParse(outputs.key_ids?.value).data ?? {}),
  };
}

function parseState(path: string): z.output<typeof State> | undefined {
  try {
    return State.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

export interface StateFile {
  /** name of the state's file, which need not exist */
  file: string;
  /** the file that has the state under a name of an earlier version or configuration */
  formerFile?: string;
}

/**
 * Finds the local state of a configuration. Names of files once had no Region, and they have an account only while the
 * configuration names exactly one.
 *
 * @throws StateError if it is not clear whether, or which, file with another name is the state
 */
export function findStateFile(settings: PlaceSettings, projectDir: string): StateFile {
  const { stage, region, allowedAccountIds } = settings;
  const file = localStateFile(deploymentPlace(settings));
  if (existsSync(join(projectDir, file))) return { file };
  const states = localStates(projectDir).filter((state) => state.stage === stage && state.hasResources);
  const unclear = states.find((state) => state.region === undefined);
  if (unclear) {
    throw new StateError(
      `${unclear.file} does not show in which Region its resources are: rename it to ${file} if they are in ${region}, or else move it to another folder.`,
    );
  }
  const matching = states.filter(
    (state) =>
      state.region === region &&
      (allowedAccountIds.length === 0 || state.account === undefined || allowedAccountIds.includes(state.account)),
  );
  if (matching.length > 1) {
    throw new StateError(
      `${matching.map((state) => state.file).join(" and ")} are states of ${stackName(stage)} in ${region}: set allowedAccountIds to the account that you deploy to, or move the others to another folder.`,
    );
  }
  const [former] = matching;
  return former ? { file, formerFile: former.file } : { file };
}

/** The states of other stages that use the configuration's Connect instance, as far as the folder shows it. */
export function statesOnSameInstance(
  settings: Pick<Settings, "stage" | "region" | "allowedAccountIds" | "instance">,
  projectDir: string,
): LocalState[] {
  const { account } = deploymentPlace(settings);
  const { instance } = settings;
  return localStates(projectDir).filter(
    (state) =>
      state.stage !== settings.stage &&
      state.hasResources &&
      state.region === settings.region &&
      (account === undefined || state.account === undefined || state.account === account) &&
      ("id" in instance ? state.instance.id === instance.id : state.instance.alias === instance.alias),
  );
}
