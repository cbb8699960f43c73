import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlan, type TerraformPlan } from "../../plan-review/terraform-plan";
import { PROJECT_DIR } from "./project";

/** Plans that Terraform 1.11 made of this project's stacks, and the comments on them. */
export const PLANS = join(PROJECT_DIR, "__tests__/fixtures/plans");
export const planFile = (name: string): string => join(PLANS, `${name}.golden.json`);
export const readPlanFile = (name: string): TerraformPlan => readPlan(readFileSync(planFile(name), "utf8"), name);
export const planNames = readdirSync(PLANS)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".golden.json", ""));

type Json = Record<string, unknown>;

/** A plan with one change, as Terraform writes it. */
export const planOfChange = (
  address: string,
  { before, after, ...rest }: { before: Json | null; after: Json | null; actions?: string[] } & Json,
): TerraformPlan => {
  const [type, name] = address.split(".");
  const change = { actions: ["update"], before, after, after_unknown: {}, ...rest };
  return readPlan(
    JSON.stringify({
      format_version: "1.2",
      resource_changes: [{ address, mode: "managed", type, name, change }],
    }),
    "the test's plan",
  );
};
