import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terraform } from "./project";
import type { Synthesized } from "./stack";

/** The arguments that force a replacement when they change, as in the AWS provider. */
const REPLACEMENT_ARGUMENTS: Record<string, string[]> = {
  aws_cloudcontrolapi_resource: ["type_name", "desired_state"],
  aws_iam_role: ["name"],
  aws_iam_role_policy: ["name", "role"],
  aws_ssm_parameter: ["name"],
};

export interface Change {
  /** `type.name` as in the stack */
  resource: string;
  action: "create" | "update" | "delete";
}

/**
 * Applies a synthesized stack with real Terraform, without a provider: a `terraform_data` resource with the same
 * references, lifecycle and dependencies replaces each resource. So Terraform itself decides which changes it makes and
 * in which order. AWS's own checks are not part of it.
 */
export class TerraformCore {
  constructor(readonly dir: string) {
    mkdirSync(dir);
  }

  /** A second deployment with the same state. */
  copy(dir: string): TerraformCore {
    const copy = new TerraformCore(dir);
    copyFileSync(join(this.dir, "terraform.tfstate"), join(dir, "terraform.tfstate"));
    return copy;
  }

  /**
   * Applies the stack.
   *
   * @returns the changes in the order in which Terraform completed them
   * @throws if a second plan contains changes
   */
  apply(stack: Synthesized): Change[] {
    writeFileSync(join(this.dir, "main.tf.json"), JSON.stringify(withoutProvider(stack)));
    const events = this.#run("apply", "-auto-approve", "-json").trim().split("\n");
    const completed = events.map((line) => JSON.parse(line)).filter(({ type }) => type === "apply_complete");
    this.#run("plan", "-detailed-exitcode");
    return completed.map(({ hook: { resource, action } }) => ({
      resource: resource.resource_name.replace("--", "."),
      action,
    }));
  }

  #run(...args: string[]): string {
    const { code, stdout, stderr } = terraform(this.dir, args);
    if (code !== 0) throw new Error(`terraform ${args[0]} exits with ${code}: ${stderr}${stdout}`);
    return stdout;
  }
}

/** The changes to resources that a call depends on, such as "create parameter 2026-11"; other resources are left out. */
export const keyChanges = (changes: Change[]): string[] =>
  changes.flatMap(({ resource, action }) => {
    const [type = "", name = ""] = resource.split(".");
    const keyPair = /key-pair-([\w-]+?)_(security-key|private-key)/.exec(name)?.[1];
    const resourceName = RESOURCE_NAMES[type];
    return resourceName ? [[action, resourceName, ...(keyPair ? [keyPair] : [])].join(" ")] : [];
  });
const RESOURCE_NAMES: Record<string, string> = {
  aws_cloudcontrolapi_resource: "security key",
  aws_ssm_parameter: "parameter",
  aws_iam_role_policy: "role policy",
  aws_lambda_function: "function",
  aws_connect_contact_flow: "flow",
};

/** The same stack with `terraform_data` resources. */
function withoutProvider({ resource }: Synthesized): object {
  const replaceReferences = (text: string): string =>
    text
      .replaceAll(/\bdata\.aws_[\w-]+\.[\w-]+\.[\w-]+/g, '"of-the-account"')
      .replaceAll(/\b(aws_\w+)\.([\w-]+)\.(\w+)/g, (_, type: string, name: string, attribute: string) => {
        const block = `terraform_data.${type}--${name}`;
        if (type === "aws_cloudcontrolapi_resource") return `jsonencode({ AssociationId = ${block}.id })`;
        return attribute in (resource[type]?.[name] ?? {}) ? `${block}.output.${attribute}` : `${block}.id`;
      });
  const resolved = (block: object) =>
    JSON.parse(replaceReferences(JSON.stringify(block)).replaceAll('"of-the-account"', '\\"of-the-account\\"'));
  const { terraform_data: own = {}, ...others } = resource;
  const entries = Object.entries(others).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, { "//": _, value_wo, lifecycle, depends_on = [], ...config }]) => {
      const input = resolved(config);
      const replacedBy = (REPLACEMENT_ARGUMENTS[type] ?? []).map((argument) => input[argument]);
      return [
        `${type}--${name}`,
        {
          input,
          ...(replacedBy.length > 0 ? { triggers_replace: replacedBy } : {}),
          ...(lifecycle ? { lifecycle } : {}),
          depends_on: (depends_on as string[]).map((other) =>
            other.startsWith("terraform_data.") ? other : `terraform_data.${other.replace(".", "--")}`,
          ),
        },
      ];
    }),
  );
  return { resource: { terraform_data: { ...Object.fromEntries(entries), ...resolved(own) } } };
}
