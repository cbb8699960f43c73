import { createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { Command } from "commander";
import { type InputDescription, inspectEncryptedInput } from "../encryption/inspect";
import { MAX_INPUT_BYTES, MalformedMessageError } from "../encryption/message";
import { printJson, printTable } from "./output";

const STDIN = "-";

export function inspectCommand(): Command {
  return new Command("inspect")
    .argument("[input]", 'a file, "-" for stdin, or the base64 text itself', STDIN)
    .description("show the header and the signature of an encrypted input; needs no private key")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- inspect __tests__/fixtures/aws-blog-ciphertext.b64")
    .action(inspect);
}

async function inspect(input: string, options: { json?: boolean }, command: Command): Promise<void> {
  if (input === STDIN && process.stdin.isTTY && command.args.length === 0) {
    command.error('error: name a file, "-" for stdin, or the base64 text itself');
  }
  const { source, content } = await read(input);
  const description = describe(source, content);
  if (options.json) printJson(description);
  else printDescription(description);
  if (description.signature === "invalid") {
    throw new MalformedMessageError(
      `The signature of ${source} is invalid: the message was changed after Connect signed it.`,
    );
  }
}

/** `source` never quotes the argument's content, which could be a secret. */
async function read(input: string): Promise<{ source: string; content: Buffer }> {
  if (input === STDIN) return { source: "stdin", content: await readStart(process.stdin) };
  if (isReadable(input)) return { source: input, content: await readStart(createReadStream(input)) };
  return { source: "The argument (not a file name)", content: Buffer.from(input) };
}

function isReadable(name: string): boolean {
  try {
    return !statSync(name).isDirectory();
  } catch {
    return false; // a base64 text is too long for a file name
  }
}

/** Reads until the content is longer than any message, no further. */
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
    throw new MalformedMessageError(`${source} is not an encrypted input of Amazon Connect: ${error.message}.`);
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
