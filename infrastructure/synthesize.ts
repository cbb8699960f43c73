import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { expiryWarning } from "../encryption/certificate";
import { checkKeyPair } from "../settings/checked-key-pair";
import type { Settings } from "../settings/settings";
import { stackName } from "../settings/stack-name";
import { type FunctionPackage, packageFunction } from "./function/function-package";
import { SecureIvrStack } from "./secure-ivr-stack";

export interface SynthesizeOptions {
  settings: Settings;
  /** the folder that holds cdktf.json */
  projectDir: string;
  /** cdktf's output folder */
  outdir: string;
  /** may hold private keys in `TF_VAR_private_key_<name>`, which are only compared with their certificates */
  environment: Readonly<Record<string, string | undefined>>;
  /** one that was built before, of the same sources */
  functionPackage?: FunctionPackage;
  /** gets a sentence about each certificate that ends soon */
  warn?: (sentence: string) => void;
}

/** Checks the key pairs, builds the function and writes the Terraform configuration. Answers with the stack's folder. */
export async function synthesize(options: SynthesizeOptions): Promise<string> {
  const { settings, projectDir, outdir, environment } = options;
  const keyPairs = settings.keyPairs.map((keyPair) => checkKeyPair(keyPair, environment));
  for (const keyPair of keyPairs) {
    const warning = expiryWarning(keyPair, new Date());
    if (warning) options.warn?.(warning);
  }
  const functionPackage = options.functionPackage ?? (await packageFunction(projectDir));
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir: resolve(outdir), stackTraces: false });
  new SecureIvrStack(app, { settings, keyPairs, functionPackage, projectDir });
  app.synth();
  return join(app.outdir, "stacks", stackName(settings.stage));
}
