import * as z from "zod/mini";
import type { FunctionEnvironment } from "../../../contract/function-environment";

type Variables = Partial<Record<keyof FunctionEnvironment, z.ZodMiniType>>;

const Environment = z.discriminatedUnion("PAYMENT_CONNECTOR", [
  z.object({ PAYMENT_CONNECTOR: z._default(z.literal("none"), "none") } satisfies Variables),
  z.object({
    PAYMENT_CONNECTOR: z.literal("https"),
    // Card data is never sent without TLS, whatever the deployment says.
    PAYMENT_URL: z.url({ protocol: /^https$/ }),
    PAYMENT_SECRET_PARAMETER: z.string().check(z.startsWith("/")),
  } satisfies Variables),
]);

export type PaymentSettings =
  | { connector: "none" }
  | {
      connector: "https";
      url: string;
      /** name of the parameter that holds the bearer secret */
      secretParameter: string;
    };

export function parsePaymentEnvironment(environment: NodeJS.ProcessEnv): PaymentSettings {
  const parsed = Environment.parse(environment);
  if (parsed.PAYMENT_CONNECTOR === "none") return { connector: "none" };
  return { connector: "https", url: parsed.PAYMENT_URL, secretParameter: parsed.PAYMENT_SECRET_PARAMETER };
}
