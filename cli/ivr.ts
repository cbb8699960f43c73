import { setTimeout } from "node:timers/promises";
import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { hideNumbers } from "./output";
import { fitted } from "./wrap";

// Whoever runs this has package.json's word for their Node.js, and the SDK's version of its lock file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

// Nobody is shown a stack trace, and reading the source map of each module that is loaded takes its time.
process.setSourceMapsEnabled(false);

const WRONG_COMMAND_LINE = 2;
const FAULT = 1;
/** A signal to all of a terminal's programs comes to them one after the other. */
const SIGNAL_MILLISECONDS = 100;

const program = new Command("ivr")
  .version(version)
  .description("Encrypted card-number capture for Amazon Connect, on this machine.")
  .configureOutput({ writeErr: (text) => process.stderr.write(hideNumbers(text)) })
  .showHelpAfterError("See --help.")
  .exitOverride();

// Whoever reads the output may stop early, as head does; and nobody need read stderr.
process.stdout.on("error", () => process.exit(FAULT));
process.stderr.on("error", () => {});
// An exit, unlike a signal's end, lets everything that was started be stopped.
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGHUP", 1],
  ["SIGTERM", 15],
] as const) {
  process.once(signal, () => process.exit(128 + number));
}

/** The system's own errors name a call and a file; what a person needs is the file, and why. */
function sentenceOf(error: NodeJS.ErrnoException): string {
  if (!error.syscall || !error.path) return error.message;
  const reason = /: ([^,]*),/.exec(error.message)?.[1] ?? error.message;
  return `${error.path} cannot be used: ${reason} (${error.code}).`;
}

/** Loaded when they are asked for: all of them together take longer than most of them run. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  call: async () => (await import("./call")).callCommand(),
  keys: async () => (await import("./keys")).keysCommand(),
  inspect: async () => (await import("./inspect")).inspectCommand(),
  "validate-flow": async () => (await import("./validate-flow")).validateFlowCommand(),
  doctor: async () => (await import("./doctor")).doctorCommand(),
  smoke: async () => (await import("./smoke")).smokeCommand(),
  plan: async () => (await import("./plan")).planCommand(),
  "plan-summary": async () => (await import("./plan-summary")).planSummaryCommand(),
};

async function main(): Promise<void> {
  const [, , name = ""] = process.argv;
  const named = Object.entries(COMMANDS).filter(([command]) => command === name);
  const needed = named.length > 0 ? named : Object.entries(COMMANDS);
  const commands = await Promise.all(needed.map(([, load]) => load()));
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  for (const command of commands.flatMap((parent) => parent.commands)) command.copyInheritedSettings(program);
  await program.parseAsync();
}

main().catch(async (error: Error) => {
  // Ctrl-C ends the programs that were started as well, and the news of that may be here before the signal is.
  await setTimeout(SIGNAL_MILLISECONDS);
  if (error instanceof CommanderError) {
    // Help that was asked for is no error.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_COMMAND_LINE;
    return;
  }
  process.stderr.write(`${fitted(hideNumbers(sentenceOf(error)), process.stderr)}\n`);
  process.exitCode = FAULT;
});
