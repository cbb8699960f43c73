import { z } from "zod";
import type { FunctionEnvironment } from "../../contract/function-environment";
import { nameOf } from "../resource-names";
import { actionOf, isSensitive, isUnknown, type ResourceChange, type Values } from "../terraform-plan";
import type { Danger } from "./danger";

const PAYMENT_VARIABLES = ["PAYMENT_CONNECTOR", "PAYMENT_URL"] as const satisfies (keyof FunctionEnvironment)[];

/** A change of the address that the function sends card data to. It sends none without a payment connector. */
export function cardDangers(change: ResourceChange): Danger[] {
  if (change.type !== "aws_lambda_function" || !change.change.after || actionOf(change) === undefined) return [];
  const address = newAddress(change);
  if (address === undefined) return [];
  return [{ kind: "cards", text: `${nameOf(change)} sends card data in clear to ${address}` }];
}

function newAddress(change: ResourceChange): string | undefined {
  // Terraform represents a block as a list with one item. It may not even know the names of the variables yet.
  if (PAYMENT_VARIABLES.some((name) => isUnknown(change, "environment", "0", "variables", name))) {
    return "an address that is known only after the apply";
  }
  const [was, is] = [paymentAddress(change.change.before), paymentAddress(change.change.after)];
  if (is === undefined || is === was) return undefined;
  if (isSensitive(change, "environment")) return "a changed address, which is marked as sensitive";
  return was === undefined ? `${is} for the first time` : `${is} instead of ${was}`;
}

const FunctionValues = z.object({
  environment: z.tuple([z.object({ variables: z.record(z.string(), z.unknown()) })]),
});

function paymentAddress(values: Values | null | undefined): string | undefined {
  const [environment] = FunctionValues.safeParse(values).data?.environment ?? [];
  const variables: Partial<Record<keyof FunctionEnvironment, unknown>> = environment?.variables ?? {};
  const { PAYMENT_CONNECTOR = "none", PAYMENT_URL } = variables;
  return PAYMENT_CONNECTOR === "none" ? undefined : String(PAYMENT_URL);
}
