import { spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { privateKeyVariable } from "../contract/parameter-names";
import { describeKeyPair, type KeyPairFiles, readKeyFile } from "../encryption/key-pair-files";
import { KeyPairError, parseCertificate, parsePrivateKey } from "../encryption/pem";
import { type Check, failed, passed, skipped } from "./check";

interface NamedKeyPair {
  name: string;
  files: KeyPairFiles;
}

/**
 * Whether a configured key pair can be deployed from here, and whether others can get at its private key.
 *
 * @param environment holds the private key in a Terraform variable, where no file of it is configured
 */
export function checkKeyPair(
  pair: NamedKeyPair,
  now: Date,
  environment: Readonly<Record<string, string | undefined>>,
): Check[] {
  const { privateKey } = pair.files;
  const checks = [usable(pair, now)];
  if (privateKey === undefined) return [...checks, variable(pair, environment)];
  return existsSync(privateKey) ? [...checks, privacy(pair.name, privateKey), ignored(pair.name, privateKey)] : checks;
}

function usable({ name, files }: NamedKeyPair, now: Date): Check {
  const check = `Key pair ${name}`;
  try {
    const { problems, privateKey, daysLeft } = describeKeyPair(files, now);
    if (problems.length > 0) {
      const remedy =
        "Put the right files there, or make a pair of another name and configure that; one that is deployed is followed by npm run ivr -- keys rotate.";
      return failed(check, problems.join(" "), remedy);
    }
    if (files.privateKey === undefined) return passed(check, `Connect can use its certificate, for ${daysLeft} days.`);
    return privateKey === "present"
      ? passed(check, `Connect can use it, for ${daysLeft} days.`)
      : skipped(check, "Its certificate is fine; its private key is in no file here, so the two were not compared.");
  } catch (error) {
    if (!(error instanceof KeyPairError)) throw error;
    return failed(check, error.message, remedyOfUnreadable(name, files));
  }
}

/** A pair is made where there is none yet, and nothing is made over what is left of one. */
function remedyOfUnreadable(name: string, files: KeyPairFiles): string {
  const folder = dirname(files.certificate);
  if (files.publicKey === undefined) return "Put it there, or correct the file names in ivr.config.ts.";
  if (!existsSync(folder)) return `Make the pair: npm run ivr -- keys create ${name}`;
  return `Put the pair's own file there: keys create makes none over ${folder}.`;
}

function variable({ name, files }: NamedKeyPair, environment: Readonly<Record<string, string | undefined>>): Check {
  const check = `Private key ${name}`;
  const place = `TF_VAR_${privateKeyVariable(name)}`;
  const remedy = `Set ${place} to the private key (PEM) of ${files.certificate}. Deploys that leave its parameter as it is need none.`;
  const given = environment[place];
  if (!given) return failed(check, `No file of it is configured, and ${place} is not set.`, remedy);
  try {
    const publicKey = createPublicKey(parsePrivateKey(given, place));
    const certificate = parseCertificate(readKeyFile(files.certificate), files.certificate);
    return certificate.publicKey.equals(publicKey)
      ? passed(check, `${place} holds it.`)
      : failed(check, `${place} holds the private key of another pair.`, remedy);
  } catch (error) {
    if (!(error instanceof KeyPairError)) throw error;
    return failed(check, error.message, remedy);
  }
}

function privacy(name: string, file: string): Check {
  const check = `File modes of ${name}`;
  if (process.platform === "win32") return skipped(check, "Windows has no file modes.");
  const open = [dirname(file), file].filter((path) => (statSync(path).mode & 0o077) !== 0);
  return open.length === 0
    ? passed(check, "Only you can read the private key.")
    : failed(check, `Others have access to ${open.join(" and ")}.`, `Run: chmod go-rwx ${open.join(" ")}`);
}

function ignored(name: string, file: string): Check {
  const check = `Git and ${name}`;
  const { status } = spawnSync("git", ["check-ignore", "--quiet", file]);
  if (status === 0) return passed(check, "Git ignores the private key.");
  if (status === 1)
    return failed(check, `Git does not ignore ${file}.`, "Add it to .gitignore, and see that it was never committed.");
  return skipped(check, "Git cannot be asked here: it is not installed, or does not keep that file's folder.");
}
