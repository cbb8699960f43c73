import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { WriteStream } from "node:tty";
import { Command } from "commander";
import { createKeyPair } from "../encryption/key-pair";
import { describeKeyPair, keyPairFiles, writeKeyPair } from "../encryption/key-pair-files";
import { configFile, loadSettings } from "../infrastructure/settings";
import { call } from "../simulator/call";
import { ScriptedKeypad } from "../simulator/scripted-keypad";
import { TerminalKeypad } from "../simulator/terminal-keypad";
import { jsonView, textView } from "./call-view";
import { withProgress } from "./progress";

/** Everything of a local call; git ignores it. */
const LOCAL_FOLDER = ".ivr";
const LOCAL_KEY_PAIR = "local";
/** Visa's test number, as every payment provider lists it. */
const TEST_CARD = "4111111111111111#";
const OTHER_OUTCOME = 3;

export function callCommand(): Command {
  return new Command("call")
    .description("ring the synthesized flow, with the built function and real encryption, on this machine")
    .option("--keys <script>", 'play a call: one word of keys a prompt, "-" for silence; then the caller hangs up')
    .option("--json", "print one JSON object a line")
    .addHelpText("after", '\nExample: ivr call --keys "1234# - 4242424242424242#"')
    .action(ring);
}

async function ring(options: { keys?: string; json?: boolean }, command: Command): Promise<void> {
  const screen = options.keys === undefined && process.stdin.isTTY ? terminalScreen(options.json) : undefined;
  // First of all: from here on the terminal shows no key that is typed.
  const terminal = screen && new TerminalKeypad(process.stdin, screen);
  try {
    const keypad = terminal ?? parseScript(options.keys ?? TEST_CARD, command);
    const stackDir = await prepare();
    const view = options.json ? jsonView() : textView();
    const result = await call({ stackDir, keypad, onEvent: view.show });
    view.end(result);
    if (result.outcome !== "accepted") process.exitCode = OTHER_OUTCOME;
  } finally {
    terminal?.close();
  }
}

/** Where dots can stand while keys are typed: not among JSON. */
function terminalScreen(json = false): WriteStream | undefined {
  return [process.stderr, ...(json ? [] : [process.stdout])].find(({ isTTY }) => isTTY);
}

/** Commander's own check of an argument would quote it. */
function parseScript(keys: string, command: Command): ScriptedKeypad {
  try {
    return new ScriptedKeypad(keys);
  } catch (error) {
    return command.error(`error: ${(error as Error).message}`);
  }
}

/** A key pair for this machine alone, and the stack that uses it: everything else is as it is deployed. */
async function prepare(): Promise<string> {
  const settings = loadSettings(configFile(process.env));
  const folder = join(LOCAL_FOLDER, "keys", LOCAL_KEY_PAIR);
  const files = keyPairFiles(folder);
  if (existsSync(folder) && describeKeyPair(files, new Date()).problems.length > 0) {
    rmSync(folder, { recursive: true }); // it has expired, and nothing was ever encrypted under it but calls of here
  }
  if (!existsSync(folder)) {
    await withProgress("Making a local key pair (RSA-4096), once …", `Local key pair made, in ${folder}`, async () =>
      writeKeyPair(folder, await createKeyPair()),
    );
  }
  return withProgress(
    "Synthesizing the stack, building the function …",
    "Stack synthesized, function built",
    async () => {
      // cdktf takes half a second to load, which the other commands need not wait for
      const { synthesize } = await import("../infrastructure/synthesize");
      return synthesize({
        settings: { ...settings, keyPairs: [{ name: LOCAL_KEY_PAIR, files }] },
        projectDir: process.cwd(),
        outdir: join(LOCAL_FOLDER, "cdktf.out"),
        environment: {},
      });
    },
  );
}
