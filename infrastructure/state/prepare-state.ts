import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { findStateFile, localStates, StateError, statesOnSameInstance } from "../../settings/local-states";
import type { Settings } from "../../settings/settings";

/** Connect's limit per instance. */
const MAX_SECURITY_KEYS = 2;

export interface PrepareStateOptions {
  settings: Settings;
  /** the folder that contains cdktf.json */
  projectDir: string;
  /** the synthesized stack */
  stackDir: string;
  /** receives one sentence for each thing that the user should know */
  report: (sentence: string) => void;
}

/**
 * Makes Terraform find the state of a stage that is deployed already: call it after synthesis and before Terraform.
 *
 * @throws StateError if Terraform would start with an empty state, and create the stage a second time
 */
export function prepareState({ settings, projectDir, stackDir, report }: PrepareStateOptions): void {
  if (settings.backend) assertNoLocalState(settings, projectDir);
  else moveFormerState(settings, projectDir, report);
  forgetBackend(projectDir, stackDir, report);
  for (const sentence of instanceWarnings(settings, projectDir)) report(sentence);
}

function assertNoLocalState(settings: Settings, projectDir: string): void {
  const { file, formerFile = file } = findStateFile(settings, projectDir);
  if (!localStates(projectDir).some((state) => state.file === formerFile && state.hasResources)) return;
  throw new StateError(
    `${formerFile} has the state of this stage, but the configuration names the bucket ${settings.backend?.bucket}: move the state there as docs/operations.md describes, and then rename the file.`,
  );
}

function moveFormerState(settings: Settings, projectDir: string, report: (sentence: string) => void): void {
  const { file, formerFile } = findStateFile(settings, projectDir);
  if (formerFile === undefined) return;
  const lock = `.${formerFile}.lock.info`;
  if (existsSync(join(projectDir, lock))) {
    throw new StateError(
      `${formerFile} is in use by Terraform: wait until it has finished, or delete ${lock} if no Terraform runs.`,
    );
  }
  for (const suffix of [".backup", ""]) {
    const from = join(projectDir, formerFile + suffix);
    if (existsSync(from)) renameSync(from, join(projectDir, file + suffix));
  }
  report(`Renamed the state ${formerFile} to ${file}, because a stage has one state for each Region and account.`);
}

const Backend = z.record(z.string(), z.record(z.string(), z.unknown()));
const Synthesized = z.object({ terraform: z.object({ backend: Backend }) });
const Recorded = z.object({ backend: z.object({ type: z.string(), config: z.record(z.string(), z.unknown()) }) });

/**
 * Terraform records the backend that a folder was initialized with, and its init fails with any other one. The record is
 * deleted, as `terraform init -reconfigure` would do, if no state can be lost: if it names the same object in a bucket, if
 * both are local files, or if the local file has no resources.
 */
function forgetBackend(projectDir: string, stackDir: string, report: (sentence: string) => void): void {
  const record = join(stackDir, ".terraform", "terraform.tfstate");
  if (!existsSync(record)) return;
  const recorded = Recorded.safeParse(JSON.parse(readFileSync(record, "utf8"))).data?.backend;
  const { backend } = Synthesized.parse(JSON.parse(readFileSync(join(stackDir, "cdk.tf.json"), "utf8"))).terraform;
  const [[type = "", config = {}] = []] = Object.entries(backend);
  if (!recorded || (recorded.type === type && isDeepStrictEqual(withoutNull(recorded.config), config))) return;
  const isSameObject =
    recorded.type === type && ["bucket", "key"].every((name) => recorded.config[name] === config[name]);
  if (recorded.type === "local" || isSameObject) {
    // assertNoLocalState and moveFormerState have handled a local state with resources.
    rmSync(record);
    return;
  }
  const folder = relative(projectDir, stackDir);
  const location = `s3://${recorded.config.bucket}/${recorded.config.key}`;
  report(
    `Terraform used ${folder} with the state ${location} before: run "terraform -chdir=${folder} init" with -reconfigure to use the configured state, or with -migrate-state to move the state there.`,
  );
}

function withoutNull(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([name, part]) => [name, withoutNull(part)]));
}

/** Two stages can share an instance only as long as neither needs a second key. */
function instanceWarnings(settings: Settings, projectDir: string): string[] {
  const others = statesOnSameInstance(settings, resolve(projectDir));
  if (others.length === 0) return [];
  const stages = others.map(({ stage }) => stage).join(" and ");
  const needed = others.reduce((sum, { keyPairs }) => sum + keyPairs.length, settings.keyPairs.length);
  const consequence =
    needed > MAX_SECURITY_KEYS
      ? `their key pairs and those of this configuration need ${needed}, so this deployment will fail`
      : "there is no place for the next key pair, so neither can rotate its key pair";
  return [
    `The same Connect instance is used by ${stages}, and an instance can have ${MAX_SECURITY_KEYS} security keys: ${consequence} (docs/operations.md).`,
  ];
}
