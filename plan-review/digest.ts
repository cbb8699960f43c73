import { createHash } from "node:crypto";
import type { PlanSummary } from "./summary";

/** The same for plans that do the same (hex): by it a deployment knows the plan that was reviewed. */
export const digestOf = (summary: PlanSummary): string =>
  createHash("sha256").update(JSON.stringify(summary)).digest("hex");
