import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { callCommand } from "./call";
import { inspectCommand } from "./inspect";
import { keysCommand } from "./keys";
import { hideNumbers } from "./output";
import { planCommand } from "./plan";
import { planSummaryCommand } from "./plan-summary";
import { validateFlowCommand } from "./validate-flow";

const WRONG_COMMAND_LINE = 2;
const FAULT = 1;

const program = new Command("ivr")
  .version(version)
  .description("Encrypted card-number capture for Amazon Connect, on this machine.")
  .configureOutput({ writeErr: (text) => process.stderr.write(hideNumbers(text)) })
  .showHelpAfterError("See --help.")
  .exitOverride();

for (const command of [
  callCommand(),
  keysCommand(),
  inspectCommand(),
  validateFlowCommand(),
  planCommand(),
  planSummaryCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}
for (const command of program.commands.flatMap((parent) => parent.commands)) command.copyInheritedSettings(program);

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

program.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) {
    // Help that was asked for is no error.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_COMMAND_LINE;
    return;
  }
  process.stderr.write(`${hideNumbers(sentenceOf(error))}\n`);
  process.exitCode = FAULT;
});
