import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expiryWarning } from "../encryption/certificate";
import type { KeyPairOptions } from "../encryption/key-pair";
import {
  checkKeyPairName,
  describeKeyPair,
  KEYS_FOLDER,
  type KeyPairDescription,
  keyPairFiles,
  readKeyFile,
  rejectExisting,
  writeKeyPair,
} from "../encryption/key-pair-files";
import { KeyPairError, parsePrivateKey } from "../encryption/pem";
import { keysRotateCommand } from "./keys-rotate";
import { createKeyPairFolder, withKeyPairOptions } from "./new-key-pair";
import { printJson, printTable } from "./output";

const DEFAULT_NAME = "primary";

interface CreateOptions extends KeyPairOptions {
  privateKey?: string;
  certificate?: string;
  json?: boolean;
}

export function keysCommand(): Command {
  const keys = new Command("keys").description(`create, show and rotate key pairs in ${KEYS_FOLDER}/NAME`);
  withKeyPairOptions(keys.command("create"))
    .argument("[name]", "name of the key pair", DEFAULT_NAME)
    .description("create an RSA key pair with a self-signed certificate, or import an existing pair")
    .option("--private-key <file>", "import this private key (PEM, unencrypted); needs --certificate")
    .option("--certificate <file>", "import this certificate (PEM); needs --private-key")
    .option("--json", "print the result as JSON")
    .addHelpText("after", '\nExample: npm run ivr -- keys create 2026-11 --subject "CN=card capture, O=Example"')
    .action(create);
  keys
    .command("inspect")
    .argument("[name]", "name of the key pair", DEFAULT_NAME)
    .description("show a key pair, and check that Connect can use it")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- keys inspect 2026-11")
    .action(inspect);
  keys.addCommand(keysRotateCommand());
  return keys;
}

async function create(name: string, options: CreateOptions, command: Command): Promise<void> {
  const { privateKey, certificate } = options;
  if ((privateKey === undefined) !== (certificate === undefined)) {
    command.error("error: --private-key and --certificate must be used together");
  }
  if (privateKey !== undefined && (options.days ?? options.bits ?? options.subject) !== undefined) {
    command.error("error: --days, --bits and --subject are for a new key pair, not for an imported one");
  }
  const folder = folderOf(name);
  rejectExisting(folder);
  if (privateKey !== undefined && certificate !== undefined) {
    // Loading the X.509 library takes a tenth of a second, which commands that only read key pairs do not need.
    const { importKeyPair } = await import("../encryption/key-pair");
    const key = parsePrivateKey(readKeyFile(privateKey), privateKey);
    const imported = importKeyPair(
      { privateKey: key, certificate: readKeyFile(certificate) },
      { privateKey, certificate },
    );
    writeKeyPair(folder, imported);
  } else {
    await createKeyPairFolder(folder, options);
  }
  show(name, folder, options.json);
}

async function inspect(name: string, options: { json?: boolean }): Promise<void> {
  const folder = folderOf(name);
  if (!existsSync(folder)) {
    throw new KeyPairError(`${folder} does not exist: create the key pair with "npm run ivr -- keys create ${name}".`);
  }
  const { problems } = show(name, folder, options.json);
  if (problems.length > 0) throw new KeyPairError(problems.join("\n"));
}

const folderOf = (name: string) => join(KEYS_FOLDER, checkKeyPairName(name));

/** Prints a key pair, and a warning if its certificate expires soon. */
function show(name: string, folder: string, json = false): KeyPairDescription {
  const now = new Date();
  const description = describeKeyPair(keyPairFiles(folder), now);
  const warning = expiryWarning({ name, notAfter: description.notAfter }, now);
  const warnings = warning === undefined ? [] : [warning];
  if (json) printJson({ name, ...description, warnings });
  else print(name, description);
  for (const each of warnings) process.stderr.write(`${each}\n`);
  return description;
}

function print(name: string, description: KeyPairDescription): void {
  printTable([
    ["Key pair", name],
    ["Folder", folderOf(name)],
    ["Key", `RSA, ${description.keyBits} bits`],
    ["Subject", description.subject],
    ["Valid from", description.notBefore],
    [
      "Valid until",
      `${description.notAfter} (${description.daysLeft > 0 ? `${description.daysLeft} days left` : "expired"})`,
    ],
    ["Fingerprint", `SHA-256 ${description.fingerprint}`],
    ["Private key", description.privateKey],
    ["Files match", description.belongTogether ? "yes" : "no"],
  ]);
}
