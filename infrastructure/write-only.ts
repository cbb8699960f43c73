import { createHash } from "node:crypto";
import { Fn, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * The value of a write-only argument, which Terraform stores neither in the plan nor in the state.
 *
 * `terraform.applying` (Terraform 1.10) is false during a plan, so a plan does not evaluate the expression and needs no
 * secret. The provider requires the argument to be set even then; the plan uses a placeholder text.
 *
 * @param expression a Terraform expression
 */
export const evaluatedOnApply = (expression: string): string =>
  `\${terraform.applying ? ${expression} : ${JSON.stringify("known while applying")}}`;

export interface SecretVariableProps {
  /** the variable's name: users set `TF_VAR_<name>` */
  name: string;
  description: string;
  /** the value that the error message asks for when the variable is missing */
  content: string;
}

/** The value of a write-only argument that comes from an ephemeral Terraform variable. Only an apply needs it. */
export function secretVariable(scope: Construct, { name, description, content }: SecretVariableProps): string {
  const variable = new TerraformVariable(scope, "variable", {
    type: "string",
    default: "",
    description: `${description}. Required when Terraform creates or changes its parameter, including the tags.`,
    sensitive: true,
  });
  variable.overrideLogicalId(name);
  variable.addOverride("ephemeral", true);
  // Terraform has no function that fails with a message. The error of an impossible conversion contains its input.
  const missing = JSON.stringify(`Set TF_VAR_${name} to ${content}`);
  const value = `var.${name}`;
  return evaluatedOnApply(`(${value} != "" ? ${value} : tostring(tonumber(${missing})))`);
}

/**
 * A version number for a write-only argument that changes when any of the parameter's settings changes. The AWS provider
 * sends a write-only value only when its version changes. Every other update of the parameter would send an empty value
 * and fail.
 *
 * Known values are hashed here; Terraform adds references, such as the ids of other resources.
 */
export function versionOf(settings: Record<string, string>): number {
  const values = Object.values(settings);
  const known = values.filter((value) => !Token.isUnresolved(value));
  const digest = createHash("sha256").update(JSON.stringify(known)).digest("hex");
  const references = values.filter((value) => Token.isUnresolved(value));
  return Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(Fn.join(" ", [digest, ...references])), 0, 7), 16));
}
