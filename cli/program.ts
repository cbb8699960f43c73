import { Command, CommanderError } from "commander";
import { errorSentence } from "../encryption/files";
import { version } from "../package.json";
import { hideNumbers } from "./output";
import { fitted } from "./wrap";

const ERROR = 1;
const WRONG_COMMAND_LINE = 2;

/** Each command is loaded when it is used: loading all of them takes longer than most of them run. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  call: async () => (await import("./call")).callCommand(),
  keys: async () => (await import("./keys")).keysCommand(),
  inspect: async () => (await import("./inspect")).inspectCommand(),
  "validate-flow": async () => (await import("./validate-flow")).validateFlowCommand(),
  doctor: async () => (await import("./doctor")).doctorCommand(),
  smoke: async () => (await import("./smoke")).smokeCommand(),
  plan: async () => (await import("./plan")).planCommand(),
  bootstrap: async () => (await import("./bootstrap")).bootstrapCommand(),
  "plan-summary": async () => (await import("./plan-summary")).planSummaryCommand(),
};

/**
 * Builds the `ivr` command.
 *
 * @param name the only subcommand to load; all of them if there is none of this name
 */
export async function createProgram(name = ""): Promise<Command> {
  const program = new Command("ivr")
    .version(version)
    .description("Encrypted card-number capture for Amazon Connect, on this machine.")
    .configureOutput({ writeErr: (text) => process.stderr.write(hideNumbers(text)) })
    .showHelpAfterError("See --help.")
    .exitOverride();
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const commands = await Promise.all((load ? [load] : Object.values(COMMANDS)).map((each) => each()));
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  for (const command of commands.flatMap((parent) => parent.commands)) command.copyInheritedSettings(program);
  return program;
}

/**
 * Runs a command line. The command writes to `process.stdout` and `process.stderr`, and sets `process.exitCode`.
 *
 * @param args without the names of node and of the script
 * @throws whatever the command throws; {@link reportError} prints it
 */
export async function run(args: readonly string[]): Promise<void> {
  const program = await createProgram(args[0]);
  await program.parseAsync(args, { from: "user" });
}

/** Prints an error as one sentence, and returns the exit code for it. */
export function reportError(error: Error): number {
  // Commander has printed its own errors. Help that the user asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_COMMAND_LINE;
  process.stderr.write(`${fitted(hideNumbers(errorSentence(error)), process.stderr)}\n`);
  return ERROR;
}
