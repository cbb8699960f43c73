import { spawnSync } from "node:child_process";
import { satisfies } from "semver";
import { type CheckResult, failed, passed } from "./check";

/** The first version with write-only arguments, which keep the private key out of the state. */
const TERRAFORM = ">=1.11";

/** @param range such as `>=20.11`, from package.json's engines */
export function checkNode(version: string, range: string): CheckResult {
  return checkVersion("Node.js", version, range, `Install Node.js ${orNewer(range)}.`);
}

/** @param command name or path of Terraform */
export function checkTerraform(command = "terraform"): CheckResult {
  const name = "Terraform";
  const remedy = `Install Terraform ${orNewer(TERRAFORM)}, and add it to PATH.`;
  const { status, stdout, error } = spawnSync(command, ["version", "-json"], { encoding: "utf8" });
  if (error || status !== 0) return failed(name, `"${command} version -json" cannot be run.`, remedy);
  const version = /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
  if (version === undefined) return failed(name, `"${command} version -json" prints no version.`, remedy);
  return checkVersion(name, version, TERRAFORM, remedy);
}

function checkVersion(name: string, version: string, range: string, remedy: string): CheckResult {
  return satisfies(version, range, { includePrerelease: true })
    ? passed(name, `${version} is ${orNewer(range)}.`)
    : failed(name, `${version} is older than ${minimum(range)}.`, remedy);
}

const minimum = (range: string): string => range.replace(/^>=/, "");
const orNewer = (range: string): string => `${minimum(range)} or newer`;
