import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { copyProviderLock } from "../state/provider-lock";
import { BootstrapStack, type BootstrapStackProps, bootstrapStackName } from "./bootstrap-stack";

export interface SynthesizeBootstrapOptions extends BootstrapStackProps {
  /** cdktf's output folder */
  outdir: string;
}

/**
 * Writes the Terraform configuration of the account's prerequisites.
 *
 * @returns the stack's folder, which contains cdk.tf.json
 */
export function synthesizeBootstrap({ settings, projectDir, outdir }: SynthesizeBootstrapOptions): string {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir: resolve(outdir), stackTraces: false });
  new BootstrapStack(app, { settings, projectDir });
  app.synth();
  const stackDir = join(app.outdir, "stacks", bootstrapStackName(settings.bucket));
  copyProviderLock(projectDir, stackDir);
  return stackDir;
}
