import { Command, CommanderError } from "commander";
import { callCommand } from "./call";
import { inspectCommand } from "./inspect";
import { keysCommand } from "./keys";
import { hideNumbers } from "./output";

const WRONG_COMMAND_LINE = 2;
const FAULT = 1;

const program = new Command("ivr")
  .description("Encrypted card-number capture for Amazon Connect, on this machine.")
  .configureOutput({ writeErr: (text) => process.stderr.write(hideNumbers(text)) })
  .showHelpAfterError("See --help.")
  .exitOverride();

for (const command of [callCommand(), keysCommand(), inspectCommand()]) {
  program.addCommand(command.copyInheritedSettings(program));
}
for (const command of program.commands.flatMap((parent) => parent.commands)) command.copyInheritedSettings(program);

// Whoever reads the output may stop early, as head does.
process.stdout.on("error", () => process.exit(FAULT));

program.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) {
    // Help that was asked for is no error.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_COMMAND_LINE;
    return;
  }
  process.stderr.write(`${hideNumbers(error.message)}\n`);
  process.exitCode = FAULT;
});
