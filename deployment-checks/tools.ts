import { spawnSync } from "node:child_process";
import { type Check, failed, passed } from "./check";

/** Terraform knows write-only arguments, which keep the private key out of the state, from here on. */
const TERRAFORM = "1.11.0";

/** @param range as package.json's engines has it, `>=20.11` */
export function checkNode(version: string, range: string): Check {
  const least = range.replace(/^>=/, "");
  return isAtLeast(version, least)
    ? passed("Node.js", `${version} is ${least} or newer.`)
    : failed("Node.js", `${version} is older than ${least}.`, `Install Node.js ${least} or newer.`);
}

/** @param command Terraform's, looked for in PATH */
export function checkTerraform(command = "terraform"): Check {
  const name = "Terraform";
  const remedy = `Install Terraform ${TERRAFORM} or newer, and have it in PATH.`;
  const { status, stdout, error } = spawnSync(command, ["version", "-json"], { encoding: "utf8" });
  if (error || status !== 0) return failed(name, `"${command} version -json" cannot be run.`, remedy);
  const version = /"terraform_version":\s*"([\d.]+)/.exec(stdout)?.[1];
  if (version === undefined) return failed(name, `"${command} version -json" tells no version.`, remedy);
  return isAtLeast(version, TERRAFORM)
    ? passed(name, `${version} is ${TERRAFORM} or newer.`)
    : failed(name, `${version} is older than ${TERRAFORM}.`, remedy);
}

function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => text.replace(/^v/, "").split(".").map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const other = have?.[index] ?? 0;
    if (other !== part) return other > part;
  }
  return true;
}
