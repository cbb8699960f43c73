import { join } from "node:path";
import { Command } from "commander";
import type { KeyPairOptions } from "../encryption/key-pair";
import { checkKeyPairName, KEYS_FOLDER } from "../encryption/key-pair-files";
import { type RotationState, rotationState } from "../rotation/rotation-plan";
import { rotationText } from "../rotation/rotation-text";
import { configFile, loadSettings } from "../settings/settings";
import { createKeyPairFolder, withKeyPairOptions } from "./new-key-pair";
import { printJson, printLine } from "./output";

interface RotateOptions extends KeyPairOptions {
  json?: boolean;
}

export const keysRotateCommand = (): Command =>
  withKeyPairOptions(new Command("rotate"))
    .argument("[name]", "name of the next key pair (default: a newer pair in keys/, or else year and month)")
    .description("create the next key pair if it is missing, and show the steps to move to it; changes no other file")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- keys rotate 2027-05")
    .action(rotate);

async function rotate(name: string | undefined, { json, ...options }: RotateOptions, command: Command): Promise<void> {
  if (name !== undefined) checkKeyPairName(name);
  const settings = loadSettings(configFile(process.env));
  const readState = (next?: string): RotationState =>
    rotationState({ settings, projectDir: process.cwd(), now: new Date(), name: next });

  const before = readState(name);
  if (before.toCreate === undefined && Object.keys(options).length > 0) {
    command.error("error: --days, --bits and --subject are for a new key pair, and this command creates none now");
  }
  if (before.toCreate !== undefined) await createKeyPairFolder(join(KEYS_FOLDER, before.toCreate), options);
  const state = before.toCreate === undefined ? before : readState(before.toCreate);

  if (state.rotation?.warning) process.stderr.write(`${state.rotation.warning}\n`);
  if (json) printJson({ ...state, made: before.toCreate ?? null });
  else for (const line of rotationText(state)) printLine(line);
}
