import { createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { Command } from "commander";
import { type InputDescription, inspectEncryptedInput } from "../encryption/inspect";
import { MAX_INPUT_BYTES, MalformedMessageError } from "../encryption/message";
import { printJson, printTable } from "./output";

const STDIN = "-";

export function inspectCommand(): Command {
  return new Command("inspect")
    .argument("[input]", 'a file, "-" for stdin, or the base64 itself', STDIN)
    .description("read an encrypted input, without any private key")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- inspect __tests__/fixtures/aws-blog-ciphertext.b64")
    .action(inspect);
}

async function inspect(input: string, options: { json?: boolean }, command: Command): Promise<void> {
  if (input === STDIN && isatty(0) && command.args.length === 0) {
    command.error('error: name a file, "-" for stdin, or give the base64 itself');
  }
  const { source, content } = await read(input);
  const description = describe(source, content);
  if (options.json) printJson(description);
  else printDescription(description);
  if (description.signature === "invalid") {
    throw new MalformedMessageError(`${source} is not as Connect signed it: its signature does not verify.`);
  }
}

/** The argument itself is never quoted: it may be anything that somebody took for an encrypted input. */
async function read(input: string): Promise<{ source: string; content: Buffer }> {
  if (input === STDIN) return { source: "stdin", content: await readStart(process.stdin) };
  if (isReadable(input)) return { source: input, content: await readStart(createReadStream(input)) };
  return { source: "The argument (not the name of a file)", content: Buffer.from(input) };
}

function isReadable(name: string): boolean {
  try {
    return !statSync(name).isDirectory();
  } catch {
    return false; // also for base64, which is too long for a name
  }
}

/** No more than it takes to see that there is too much. */
async function readStart(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks);
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
