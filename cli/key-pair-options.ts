import { type Command, InvalidArgumentError } from "commander";

const MAX_DAYS = 36_500;

/** What can be said of a key pair that is made. */
export const withKeyPairOptions = (command: Command): Command =>
  command
    .option("--days <number>", "days the certificate is valid (default: 730)", daysOf)
    .option("--bits <number>", "size of the RSA key (default: 4096)", wholeNumber)
    .option("--subject <name>", 'subject of the certificate, such as "CN=card capture, O=Example"');

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(text);
}

function daysOf(text: string): number {
  const days = wholeNumber(text);
  if (days > MAX_DAYS) throw new InvalidArgumentError(`It must be at most ${MAX_DAYS}.`);
  return days;
}
