import { type Command, InvalidArgumentError } from "commander";
import type { KeyPairOptions } from "../encryption/key-pair";
import { rejectExisting, writeKeyPair } from "../encryption/key-pair-files";
import { withProgress } from "./progress";

const MAX_DAYS = 36_500;

/** Adds the options for a new key pair. */
export const withKeyPairOptions = (command: Command): Command =>
  command
    .option("--days <number>", "days that the certificate is valid (default: 730)", parseDays)
    .option("--bits <number>", "size of the RSA key in bits (default: 4096)", parseWholeNumber)
    .option("--subject <name>", 'subject of the certificate, such as "CN=card capture, O=Example"');

function parseWholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(text);
}

function parseDays(text: string): number {
  const days = parseWholeNumber(text);
  if (days > MAX_DAYS) throw new InvalidArgumentError(`It must be at most ${MAX_DAYS}.`);
  return days;
}

/** Creates a key pair in a new folder, and shows the progress. */
export async function createKeyPairFolder(folder: string, options: KeyPairOptions): Promise<void> {
  rejectExisting(folder);
  // Loading the X.509 library takes a tenth of a second, which commands that only read key pairs do not need.
  const { createKeyPair } = await import("../encryption/key-pair");
  await withProgress(`Creating an RSA-${options.bits ?? 4096} key pair …`, "Key pair created", async () =>
    writeKeyPair(folder, await createKeyPair(options)),
  );
}
