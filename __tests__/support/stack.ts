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
/** The parts of cdk.tf.json that tests read. */
export interface Synthesized {
  resource: Record<string, Record<string, Block>>;
  data: Record<string, Record<string, Block>>;
  output: Record<string, { value: unknown }>;
  variable?: Record<string, Block>;
  provider: { aws: Block[] };
  terraform: { backend: Record<string, Block>; required_providers: Record<string, Block>; required_version: string };
}

/** Writes a key pair to `folder/name`, and returns its entry for the configuration. */
export function keyPairSetting(folder: string, name: string, pair: KeyPair) {
  writeKeyPair(join(folder, name), pair);
  const { certificate, privateKey } = keyPairFiles(join(folder, name));
  return { name, certificateFile: certificate, privateKeyFile: privateKey };
}

/**
 * Synthesizes a stack to a new folder in `folder`.
 *
 * @param pair is used unless the configuration has key pairs
 */
export async function synthesizeWith(folder: string, pair: KeyPair, config: IvrConfig = {}): Promise<string> {
  const own = mkdtempSync(join(folder, "stack-"));
  const keyPairs = config.keyPairs ?? [keyPairSetting(join(own, "keys"), "primary", pair)];
  return synthesize({
    settings: parseSettings({ ...config, keyPairs }, "the test's configuration"),
    projectDir: PROJECT_DIR,
    outdir: join(own, "cdktf.out"),
    environment: {},
    functionPackage: await functionPackage(),
  });
}

/** Built once for each test file: the sources do not change while it runs. */
let built: Promise<FunctionPackage> | undefined;
function functionPackage(): Promise<FunctionPackage> {
  built ??= packageFunction(PROJECT_DIR);
  return built;
}

export const readStack = (stackDir: string): Synthesized => readJson(join(stackDir, "cdk.tf.json"));

/** The only resource of a type whose logical id starts with `part`. */
export function only(stack: Synthesized, type: string, part = ""): Block {
  const found = Object.entries(stack.resource[type] ?? {}).filter(([name]) => name.startsWith(part));
  if (found.length !== 1) throw new Error(`The stack has ${found.length} resources ${type}.${part}*.`);
  return found[0]?.[1] as Block;
}

/** Copies a synthesized stack to a folder beside it, and changes the copy. */
export function variantOf(stackDir: string, change: (stack: Synthesized, folder: string) => void): string {
  const folder = mkdtempSync(`${stackDir}-variant-`);
  cpSync(stackDir, folder, { recursive: true });
  const stack = readStack(folder);
  change(stack, folder);
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
  return folder;
}

/** Changes the content of a variant's flow. */
export function changeFlow(
  stack: Synthesized,
  change: (flow: { StartAction: string; Actions: { Identifier: string; Parameters: Block }[] }) => void,
): void {
  const flow = only(stack, "aws_connect_contact_flow");
  // The content is JSON only as long as no reference in it contains quotes.
  const content = JSON.parse(String(flow.content));
  change(content);
  flow.content = JSON.stringify(content);
}

/** Replaces the code of a variant's function. */
export function changeFunction(stack: Synthesized, folder: string, code: string, properties: Block = {}): void {
  writeFileSync(join(folder, "other.zip"), zipSync({ "index.mjs": Buffer.from(code) }));
  Object.assign(only(stack, "aws_lambda_function"), { filename: "other.zip", ...properties });
}
