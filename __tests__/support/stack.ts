import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { KeyPair } from "../../encryption/key-pair";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { type FunctionPackage, packageFunction } from "../../infrastructure/function/function-package";
import { synthesize } from "../../infrastructure/synthesize";
import { type IvrConfig, parseSettings } from "../../settings/settings";
import { PROJECT_DIR, readJson } from "./project";

type Block = Record<string, unknown>;
/** cdk.tf.json, as far as tests look into it */
export interface Synthesized {
  resource: Record<string, Record<string, Block>>;
  data: Record<string, Record<string, Block>>;
  output: Record<string, { value: unknown }>;
  variable?: Record<string, Block>;
  provider: { aws: Block[] };
  terraform: { backend: Record<string, Block>; required_version: string };
}

/** Writes the key pair, and synthesizes a stack with it, both into new folders below `folder`. */
export async function synthesizeWith(folder: string, pair: KeyPair, config: IvrConfig = {}): Promise<string> {
  const own = mkdtempSync(join(folder, "stack-"));
  const keys = join(own, "keys", "primary");
  writeKeyPair(keys, pair);
  const settings = parseSettings(config, "the test's configuration");
  return synthesize({
    settings: config.keyPairs
      ? settings
      : { ...settings, keyPairs: [{ name: "primary", files: keyPairFiles(keys) }], encryptWith: "primary" },
    projectDir: PROJECT_DIR,
    outdir: join(own, "cdktf.out"),
    environment: {},
    functionPackage: await functionPackage(),
  });
}

/** The sources do not change while a test file runs. */
let built: Promise<FunctionPackage> | undefined;
function functionPackage(): Promise<FunctionPackage> {
  built ??= packageFunction(PROJECT_DIR);
  return built;
}

export const readStack = (stackDir: string): Synthesized => readJson(join(stackDir, "cdk.tf.json"));

/** The one resource of a type, in the whole stack or in one part of it. */
export function only(stack: Synthesized, type: string, part = ""): Block {
  const found = Object.entries(stack.resource[type] ?? {}).filter(([name]) => name.startsWith(part));
  if (found.length !== 1) throw new Error(`the stack has ${found.length} ${type} ${part}`);
  return found[0]?.[1] as Block;
}

/** A copy of a synthesized stack beside it, with something changed. */
export function variantOf(stackDir: string, change: (stack: Synthesized, folder: string) => void): string {
  const folder = mkdtempSync(`${stackDir}-variant-`);
  cpSync(stackDir, folder, { recursive: true });
  const stack = readStack(folder);
  change(stack, folder);
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
  return folder;
}

/** Changes the flow's content in a variant. */
export function changeFlow(
  stack: Synthesized,
  change: (flow: { StartAction: string; Actions: { Identifier: string; Parameters: Block }[] }) => void,
): void {
  const flow = only(stack, "aws_connect_contact_flow");
  // references hold quotes of their own only inside ${…}, and these stacks' do not
  const content = JSON.parse(String(flow.content));
  change(content);
  flow.content = JSON.stringify(content);
}

/** Puts other code in place of the function's, in a variant. */
export function changeFunction(stack: Synthesized, folder: string, code: string, properties: Block = {}): void {
  writeFileSync(join(folder, "other.zip"), zipSync({ "index.mjs": Buffer.from(code) }));
  Object.assign(only(stack, "aws_lambda_function"), { filename: "other.zip", ...properties });
}
