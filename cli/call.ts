import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Key } from "node:readline";
import type { WriteStream } from "node:tty";
import { Command } from "commander";
import type { Settings } from "../settings/settings";
import type { CallEvent } from "../simulator/call-events";
import type { CallResult } from "../simulator/deployment";
import { ScriptedKeypad } from "../simulator/scripted-keypad";
import { TerminalKeypad } from "../simulator/terminal-keypad";
import { SPEAKER_WIDTH } from "./output";
import { prepareSynthesis } from "./synthesis";

/** The files of local calls. Git ignores it. */
const LOCAL_FOLDER = ".ivr";
const LOCAL_KEY_PAIR = "local";
const OTHER_OUTCOME = 3;
const INTERRUPTED = 130;

export function callCommand(): Command {
  return new Command("call")
    .description("call the synthesized flow on this machine, with the built function and real encryption")
    .option("--keys <script>", 'play a call: one word of keys for each prompt, "-" for silence; then hang up')
    .option("--logs", "also print what Connect and the function log")
    .option("--json", "print one JSON object per line, logs included")
    .addHelpText("after", '\nExample: npm run --silent ivr -- call --keys "1234# - 4242424242424242# 1240# 123#"')
    .action(runCall);
}

interface CallOptions {
  keys?: string;
  logs?: boolean;
  json?: boolean;
}

async function runCall(options: CallOptions, command: Command): Promise<void> {
  const screen = options.keys === undefined && process.stdin.isTTY ? terminalScreen(options.json) : undefined;
  // Before anything slow, such as an import: from here on the terminal does not show the keys that the user presses.
  const terminal = screen && new TerminalKeypad(process.stdin, screen, "Caller".padEnd(SPEAKER_WIDTH));
  const closeTerminal = () => terminal?.close();
  process.once("exit", closeTerminal);
  if (terminal) process.stdin.on("keypress", endOnCtrlC);
  try {
    const script = options.keys === undefined ? undefined : parseScript(options.keys, command);
    const synthesize = prepareSynthesis();
    const settings = await readSettings();
    const stackDir = await prepare(settings, synthesize);
    process.stdin.off("keypress", endOnCtrlC);
    if (terminal?.hungUp) {
      process.exitCode = INTERRUPTED;
      return;
    }
    const keypad =
      terminal ??
      script ??
      new ScriptedKeypad((await import("../infrastructure/flow/capture-flow-props")).testKeys(settings));
    const { Deployment } = await import("../simulator/deployment");
    const { conversationView, jsonView, logsView } = await import("./call-view");
    const view = options.json ? jsonView() : options.logs ? logsView() : conversationView();
    const onEvent = terminal ? (event: CallEvent) => terminal.showOutsidePrompt(() => view.show(event)) : view.show;
    const deployment = new Deployment();
    let result: CallResult;
    try {
      await deployment.deploy(stackDir, terraformVariables());
      result = await deployment.call(keypad, onEvent);
    } finally {
      await deployment.stop();
    }
    view.end(result);
    if (script && script.wordsLeft > 0) process.stderr.write(leftOver(script.wordsLeft));
    if (result.outcome !== "accepted") process.exitCode = OTHER_OUTCOME;
  } finally {
    process.stdin.off("keypress", endOnCtrlC);
    process.off("exit", closeTerminal);
    closeTerminal();
  }
}

/** Ctrl-C hangs up during a call. Before the call it ends the command, which the terminal's mode for single keys prevents. */
function endOnCtrlC(_: string | undefined, { ctrl, name }: Key): void {
  if (ctrl && (name === "c" || name === "d")) process.kill(process.pid, "SIGINT");
}

/** Only the number of words: the words may be a card number. */
const leftOver = (words: number): string =>
  `${words === 1 ? "1 word of the keys was" : `${words} words of the keys were`} not played: the call had ended.\n`;

/** The variables that Terraform would read from the environment. */
function terraformVariables(): Record<string, string> {
  const prefix = "TF_VAR_";
  const given = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(given.map(([name, value = ""]) => [name.slice(prefix.length), value]));
}

/** Where the dots for pressed keys appear: not in JSON output. */
function terminalScreen(json = false): WriteStream | undefined {
  return [process.stderr, ...(json ? [] : [process.stdout])].find(({ isTTY }) => isTTY);
}

/** Not a commander argument parser, whose error would quote the keys. */
function parseScript(keys: string, command: Command): ScriptedKeypad {
  try {
    return new ScriptedKeypad(keys);
  } catch (error) {
    return command.error(`error: ${(error as Error).message}`);
  }
}

async function readSettings(): Promise<Settings> {
  const { configFile, loadSettings } = await import("../settings/settings");
  return loadSettings(configFile(process.env));
}

/** Synthesizes the stack with a local key pair. Everything else is as in a deployment. Returns the stack's folder. */
async function prepare(settings: Settings, synthesize: ReturnType<typeof prepareSynthesis>): Promise<string> {
  const { withProgress } = await import("./progress");
  const { hasLocalKeyPair, createLocalKeyPair } = await import("../simulator/local-key-pair");
  const { keyPairFiles } = await import("../encryption/key-pair-files");
  const keys = join(LOCAL_FOLDER, "keys", LOCAL_KEY_PAIR);
  if (!hasLocalKeyPair(keys)) {
    await withProgress("Creating a local key pair (RSA-4096), once …", `Local key pair created in ${keys}`, () =>
      createLocalKeyPair(keys),
    );
  }
  return withProgress("Synthesizing the stack, building the function …", "Stack synthesized, function built", () =>
    synthesize({
      settings: {
        ...settings,
        keyPairs: [{ name: LOCAL_KEY_PAIR, files: keyPairFiles(keys) }],
        encryptWith: LOCAL_KEY_PAIR,
      },
      projectDir: process.cwd(),
      outdir: newFolder(),
      environment: {},
    }),
  );
}

/** A folder for one call: calls at the same time must not overwrite each other's stacks. */
function newFolder(): string {
  mkdirSync(LOCAL_FOLDER, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(LOCAL_FOLDER, "call-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
