import { PAYMENT_SECRET_VARIABLE } from "../contract/parameter-names";
import { type Check, failed, passed } from "./check";

/** Whether the first deploy finds what the function shows the payment endpoint. */
export function checkPaymentSecret(environment: Readonly<Record<string, string | undefined>>): Check {
  const name = "Payment secret";
  const variable = `TF_VAR_${PAYMENT_SECRET_VARIABLE}`;
  return environment[variable]
    ? passed(name, `${variable} is set.`)
    : failed(
        name,
        `${variable} is not set.`,
        "Set it to the bearer secret of the payment endpoint. Deploys that leave its parameter as it is need none.",
      );
}
