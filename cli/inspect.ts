import { readFileSync, statSync } from "node:fs";
import { Command } from "commander";
import { type InputDescription, inspectEncryptedInput } from "../encryption/inspect";
import { MalformedMessageError } from "../encryption/message";
import { printJson, printTable } from "./output";

const STDIN = "-";

export function inspectCommand(): Command {
  return new Command("inspect")
    .argument("[input]", 'a file, "-" for stdin, or the base64 itself', STDIN)
    .description("read an encrypted input, without any private key")
    .option("--json", "print the result as JSON")
    .action(inspect);
}

function inspect(input: string, options: { json?: boolean }, command: Command): void {
  if (input === STDIN && process.stdin.isTTY && command.args.length === 0) {
    command.error('error: name a file, "-" for stdin, or give the base64 itself');
  }
  const { source, content } = read(input);
  const description = describe(source, content);
  if (options.json) printJson(description);
  else printDescription(description);
  if (description.signature === "invalid") {
    throw new MalformedMessageError(`${source} is not as Connect signed it: its signature does not verify.`);
  }
}

/** The argument itself is never quoted: it may be anything that somebody took for an encrypted input. */
function read(input: string): { source: string; content: Buffer } {
  if (input === STDIN) return { source: "stdin", content: readFileSync(0) };
  if (isFile(input)) return { source: input, content: readFileSync(input) };
  return { source: "The argument (not the name of a file)", content: Buffer.from(input) };
}

function isFile(name: string): boolean {
  try {
    return statSync(name).isFile();
  } catch {
    return false; // also for base64, which is too long for a name
  }
}

function describe(source: string, content: Buffer): InputDescription {
  try {
    return inspectEncryptedInput(content);
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    throw new MalformedMessageError(`${source} is not an encrypted input of Amazon Connect's: ${error.message}.`);
  }
}

function printDescription(description: InputDescription): void {
  printTable([
    ["Format", `AWS Encryption SDK message, version ${description.version}`],
    ["Suite", `${description.suite} ${description.suiteName}`],
    ["Key provider", description.provider],
    ["Key id", description.keyId],
    ["Wrapped key", `${description.wrappedKeyBytes} bytes (RSA-${description.wrappedKeyBytes * 8})`],
    ["Body", `${description.bodyBytes} bytes`],
    ["Signature", description.signature],
  ]);
}
