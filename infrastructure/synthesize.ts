import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { stackName } from "../contract/stack-outputs";
import { expiryWarning } from "../encryption/certificate";
import type { Settings } from "../settings/settings";
import { loadKeyPair } from "../settings/usable-key-pair";
import { settingsWarnings } from "../settings/warnings";
import { type FunctionPackage, packageFunction } from "./function/function-package";
import { SecureIvrStack } from "./secure-ivr-stack";
import { copyProviderLock } from "./state/provider-lock";

export interface SynthesizeOptions {
  settings: Settings;
  /** the folder that contains cdktf.json */
  projectDir: string;
  /** cdktf's output folder */
  outdir: string;
  /** may contain private keys in `TF_VAR_private_key_<name>`; they are only compared with their certificates */
  environment: Readonly<Record<string, string | undefined>>;
  /** default: the function is built from the project's sources */
  functionPackage?: FunctionPackage;
  /** receives one sentence for each certificate that expires soon, and for each setting that may not work */
  warn?: (sentence: string) => void;
}

/**
 * Checks the key pairs, builds the function and writes the Terraform configuration.
 *
 * @returns the stack's folder, which contains cdk.tf.json
 */
export async function synthesize(options: SynthesizeOptions): Promise<string> {
  const { settings, projectDir, outdir, environment } = options;
  for (const warning of settingsWarnings(settings)) options.warn?.(warning);
  const keyPairs = settings.keyPairs.map((keyPair) => loadKeyPair(keyPair, environment));
  for (const keyPair of keyPairs) {
    const warning = expiryWarning(keyPair, new Date());
    if (warning) options.warn?.(warning);
  }
  const functionPackage = options.functionPackage ?? (await packageFunction(projectDir));
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir: resolve(outdir), stackTraces: false });
  new SecureIvrStack(app, { settings, keyPairs, functionPackage, projectDir });
  app.synth();
  const stackDir = join(app.outdir, "stacks", stackName(settings.stage));
  copyProviderLock(projectDir, stackDir);
  return stackDir;
}
