import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./project";
import type { Synthesized } from "./stack";

/** What a change of replaces the resource, in AWS's provider. */
const REPLACED_BY: Record<string, string[]> = {
  aws_cloudcontrolapi_resource: ["type_name", "desired_state"],
  aws_ssm_parameter: ["name"],
};

export interface Change {
  /** `type.name` as in the stack */
  resource: string;
  action: "create" | "update" | "delete";
}

/**
 * A synthesized stack in the hands of real Terraform: every resource stands in as a `terraform_data` with the same
 * references, lifecycle and dependencies, which needs no provider. So the plan, and the order of an apply, are
 * Terraform's own; what AWS says to it is not.
 */
export class TerraformCore {
  #initialized = false;

  constructor(readonly dir: string) {
    mkdirSync(dir);
  }

  /** The changes of an apply, in the order in which Terraform finished them. Throws where a second plan is not empty. */
  apply(stack: Synthesized): Change[] {
    writeFileSync(join(this.dir, "main.tf.json"), JSON.stringify(standIn(stack)));
    if (!this.#initialized) this.#run("init");
    this.#initialized = true;
    const lines = this.#run("apply", "-auto-approve", "-json").trim().split("\n");
    const done = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "apply_complete");
    this.#run("plan", "-detailed-exitcode");
    return done.map(({ hook: { resource, action } }) => ({
      resource: resource.resource_name.replace("--", "."),
      action,
    }));
  }

  #run(command: string, ...args: string[]): string {
    const { code, stdout, stderr } = runCommand("terraform", [command, ...args, "-no-color"], {
      cwd: this.dir,
      env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
    });
    if (code !== 0) throw new Error(`terraform ${command} exits with ${code}: ${stderr}${stdout}`);
    return stdout;
  }
}

function standIn({ resource }: Synthesized): object {
  const refer = (text: string): string =>
    text
      .replaceAll(/\bdata\.aws_[\w-]+\.[\w-]+\.[\w-]+/g, '"of-the-account"')
      .replaceAll(/\b(aws_\w+)\.([\w-]+)\.(\w+)/g, (_, type: string, name: string, attribute: string) => {
        const block = `terraform_data.${type}--${name}`;
        if (type === "aws_cloudcontrolapi_resource") return `jsonencode({ AssociationId = ${block}.id })`;
        return attribute in (resource[type]?.[name] ?? {}) ? `${block}.output.${attribute}` : `${block}.id`;
      });
  const entries = Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, { "//": _, value_wo, lifecycle, depends_on = [], ...config }]) => {
      const input = JSON.parse(refer(JSON.stringify(config)).replaceAll('"of-the-account"', '\\"of-the-account\\"'));
      const replacedBy = (REPLACED_BY[type] ?? []).map((argument) => input[argument]);
      return [
        `${type}--${name}`,
        {
          input,
          ...(replacedBy.length > 0 ? { triggers_replace: replacedBy } : {}),
          ...(lifecycle ? { lifecycle } : {}),
          depends_on: (depends_on as string[]).map((other) => `terraform_data.${other.replace(".", "--")}`),
        },
      ];
    }),
  );
  return { resource: { terraform_data: Object.fromEntries(entries) } };
}
