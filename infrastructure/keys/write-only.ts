import { createHash } from "node:crypto";
import { Fn, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * An expression for a write-only argument, which is in neither plan nor state, and by `terraform.applying` (Terraform
 * 1.10) a plan need not have its value. The provider still wants the argument set then, so a plan has a text in its place.
 */
export const whileApplying = (expression: string): string =>
  `\${terraform.applying ? ${expression} : ${JSON.stringify("known while applying")}}`;

export interface SecretVariableProps {
  /** as in `TF_VAR_<name>` */
  name: string;
  description: string;
  /** what the variable is to be set to, for the error's sentence where it is not */
  content: string;
}

/** A write-only argument's value, from an ephemeral variable that is needed only while applying. */
export function secretVariable(scope: Construct, { name, description, content }: SecretVariableProps): string {
  const variable = new TerraformVariable(scope, "variable", {
    type: "string",
    default: "",
    description: `${description}, needed when its parameter is made or changed, tags included`,
    sensitive: true,
  });
  variable.overrideLogicalId(name);
  variable.addOverride("ephemeral", true);
  // Terraform has no function that fails with a text; a conversion that cannot succeed quotes it.
  const missing = JSON.stringify(`Set TF_VAR_${name} to ${content}`);
  const value = `var.${name}`;
  return whileApplying(`(${value} != "" ? ${value} : tostring(tonumber(${missing})))`);
}

/**
 * A number that changes with any of the settings. The provider sends a write-only value only when its version changes,
 * and updating anything else without it sends an empty value, which fails. What is known now is digested now; the rest
 * (ids of other resources) joins it in Terraform.
 */
export function versionOf(settings: Record<string, string>): number {
  const values = Object.values(settings);
  const known = values.filter((value) => !Token.isUnresolved(value));
  const digest = createHash("sha256").update(JSON.stringify(known)).digest("hex");
  const references = values.filter((value) => Token.isUnresolved(value));
  return Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(Fn.join(" ", [digest, ...references])), 0, 7), 16));
}
