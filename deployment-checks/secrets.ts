import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { PAYMENT_SECRET_VARIABLE } from "../contract/parameter-names";
import { describeKeyPair, type KeyPairFiles } from "../encryption/key-pair-files";
import { KeyPairError } from "../encryption/pem";
import { checkPrivateKeyVariable, privateKeyEnvironmentVariable } from "../settings/usable-key-pair";
import { type CheckResult, failed, passed, skipped } from "./check";

interface NamedKeyPair {
  name: string;
  files: KeyPairFiles;
}

type TerraformEnvironment = Readonly<Record<string, string | undefined>>;

const NOT_NEEDED_FOR_EVERY_DEPLOY = "A deploy that does not change its parameter needs none.";

/**
 * Checks that a configured key pair can be deployed from this machine, and that its private key is protected.
 *
 * @param environment contains the private key in a Terraform variable, if no file of it is configured
 */
export function checkKeyPairFiles(pair: NamedKeyPair, now: Date, environment: TerraformEnvironment): CheckResult[] {
  const { privateKey } = pair.files;
  const results = [checkUsable(pair, now)];
  if (privateKey === undefined) return [...results, checkVariable(pair, environment)];
  if (!existsSync(privateKey)) return results;
  return [...results, checkFileModes(pair.name, privateKey), checkIgnoredByGit(pair.name, privateKey)];
}

function checkUsable({ name, files }: NamedKeyPair, now: Date): CheckResult {
  const check = `Key pair ${name}`;
  try {
    const { problems, privateKey, daysLeft } = describeKeyPair(files, now);
    if (problems.length > 0) {
      return failed(
        check,
        problems.join(" "),
        "Put the correct files there, or create a key pair with another name and configure it. To replace a deployed key pair, run npm run ivr -- keys rotate.",
      );
    }
    if (files.privateKey === undefined) return passed(check, `Connect can use its certificate for ${daysLeft} days.`);
    return privateKey === "present"
      ? passed(check, `Connect can use it for ${daysLeft} days.`)
      : skipped(check, "The certificate is valid. It was not compared with the private key, whose file is missing.");
  } catch (error) {
    if (!(error instanceof KeyPairError)) throw error;
    return failed(check, error.message, remedyForUnreadable(name, files));
  }
}

/** `keys create` does not write into an existing folder. */
function remedyForUnreadable(name: string, files: KeyPairFiles): string {
  const folder = dirname(files.certificate);
  if (files.publicKey === undefined) return "Put the file there, or correct the file names in ivr.config.ts.";
  if (!existsSync(folder)) return `Create the key pair: npm run ivr -- keys create ${name}`;
  return `Put the key pair's own file there. keys create cannot replace the existing folder ${folder}.`;
}

function checkVariable(pair: NamedKeyPair, environment: TerraformEnvironment): CheckResult {
  const check = `Private key ${pair.name}`;
  const variable = privateKeyEnvironmentVariable(pair.name);
  const remedy = `Set ${variable} to the private key (PEM) of ${pair.files.certificate}. ${NOT_NEEDED_FOR_EVERY_DEPLOY}`;
  try {
    return checkPrivateKeyVariable(pair, environment) === "matches"
      ? passed(check, `${variable} contains it.`)
      : failed(check, `No file is configured for it, and ${variable} is not set.`, remedy);
  } catch (error) {
    if (!(error instanceof KeyPairError)) throw error;
    return failed(check, error.message, remedy);
  }
}

function checkFileModes(name: string, file: string): CheckResult {
  const check = `File modes of ${name}`;
  if (process.platform === "win32") return skipped(check, "Windows has no file modes.");
  const open = [dirname(file), file].filter((path) => (statSync(path).mode & 0o077) !== 0);
  return open.length === 0
    ? passed(check, "Only you can read the private key.")
    : failed(check, `Other users have access to ${open.join(" and ")}.`, `Run: chmod go-rwx ${open.join(" ")}`);
}

function checkIgnoredByGit(name: string, file: string): CheckResult {
  const check = `Git and ${name}`;
  const { status } = spawnSync("git", ["check-ignore", "--quiet", file]);
  if (status === 0) return passed(check, "Git ignores the private key.");
  if (status === 1) {
    return failed(
      check,
      `Git does not ignore ${file}.`,
      "Add it to .gitignore, and make sure that it was never committed.",
    );
  }
  return skipped(check, "Skipped: git is not installed, or the file is not in a git repository.");
}

/** Checks that the payment endpoint's bearer secret is set for Terraform. */
export function checkPaymentSecret(environment: TerraformEnvironment): CheckResult {
  const check = "Payment secret";
  const variable = `TF_VAR_${PAYMENT_SECRET_VARIABLE}`;
  return environment[variable]
    ? passed(check, `${variable} is set.`)
    : failed(
        check,
        `${variable} is not set.`,
        `Set it to the bearer secret of the payment endpoint. ${NOT_NEEDED_FOR_EVERY_DEPLOY}`,
      );
}
