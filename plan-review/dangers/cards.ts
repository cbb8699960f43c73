import type { FunctionEnvironment } from "../../contract/function-environment";
import { nameOf } from "../resource-names";
import { actionOf, isSensitive, isUnknown, type ResourceChange, type Values, valuesBefore } from "../terraform-plan";
import { findings, type PlanFinding } from "./finding";
import { variablesOf } from "./function-rules";

const PAYMENT_VARIABLES = ["PAYMENT_CONNECTOR", "PAYMENT_URL"] as const satisfies (keyof FunctionEnvironment)[];

/** A change of the address that the function sends card data to. It sends none without a payment connector. */
export function cardFindings(resource: ResourceChange): PlanFinding[] {
  if (resource.type !== "aws_lambda_function" || !resource.change.after || actionOf(resource) === undefined) return [];
  const address = newAddress(resource);
  return findings("cards", address === undefined ? [] : [`${nameOf(resource)} sends card data in clear to ${address}`]);
}

function newAddress(resource: ResourceChange): string | undefined {
  // Terraform represents a block as a list with one item. It may not even know the names of the variables yet.
  if (PAYMENT_VARIABLES.some((name) => isUnknown(resource, "environment", "0", "variables", name))) {
    return "an address that is known only after the apply";
  }
  const [was, is] = [paymentAddress(valuesBefore(resource)), paymentAddress(resource.change.after)];
  if (is === undefined || is === was) return undefined;
  if (isSensitive(resource, "environment")) return "a changed address, which is marked as sensitive";
  return was === undefined ? `${is} for the first time` : `${is} instead of ${was}`;
}

function paymentAddress(values: Values | null | undefined): string | undefined {
  const variables: Partial<Record<keyof FunctionEnvironment, unknown>> = variablesOf(values?.environment) ?? {};
  const { PAYMENT_CONNECTOR = "none", PAYMENT_URL } = variables;
  return PAYMENT_CONNECTOR === "none" ? undefined : String(PAYMENT_URL);
}
