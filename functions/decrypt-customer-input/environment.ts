import * as z from "zod/mini";
import type { Field } from "../../contract/field";
import type { FunctionEnvironment } from "../../contract/function-environment";
import { parseConfiguredFields } from "./fields";

type Variables = Partial<Record<keyof FunctionEnvironment, z.ZodMiniType>>;

const Environment = z.object({
  DECRYPTION_KEY_PARAMETER_PREFIX: z.string().check(z.startsWith("/")),
  SECRET_CACHE_SECONDS: z.coerce.number().check(z.int(), z.positive()),
  STAGE: z.string().check(z.minLength(1)),
  FIELDS: z.string(),
  TIME_ZONE: z.string(),
} satisfies Variables);

const PaymentEnvironment = z.discriminatedUnion("PAYMENT_CONNECTOR", [
  z.object({ PAYMENT_CONNECTOR: z._default(z.literal("none"), "none") } satisfies Variables),
  z.object({
    PAYMENT_CONNECTOR: z.literal("https"),
    // Card data is never sent without TLS.
    PAYMENT_URL: z.url({ protocol: /^https$/ }),
    PAYMENT_SECRET_PARAMETER: z.string().check(z.startsWith("/")),
  } satisfies Variables),
]);

export interface HandlerSettings {
  /** the name of a private key's parameter is this prefix and the key id */
  parameterPrefix: string;
  cacheSeconds: number;
  stage: string;
  /** for flows that do not define their fields */
  fields: readonly Field[];
  /** IANA name of the time zone in which cards expire */
  timeZone: string;
  payment:
    | { connector: "none" }
    | {
        connector: "https";
        url: string;
        /** name of the parameter that holds the bearer secret */
        secretParameter: string;
      };
}

/** Parses the function's environment variables. Throws if one is missing or invalid, so that the function does not start. */
export function parseEnvironment(environment: NodeJS.ProcessEnv): HandlerSettings {
  const variables = Environment.parse(environment);
  const payment = PaymentEnvironment.parse(environment);
  return {
    parameterPrefix: variables.DECRYPTION_KEY_PARAMETER_PREFIX,
    cacheSeconds: variables.SECRET_CACHE_SECONDS,
    stage: variables.STAGE,
    fields: parseConfiguredFields(variables.FIELDS),
    timeZone: variables.TIME_ZONE,
    payment:
      payment.PAYMENT_CONNECTOR === "none"
        ? { connector: "none" }
        : { connector: "https", url: payment.PAYMENT_URL, secretParameter: payment.PAYMENT_SECRET_PARAMETER },
  };
}
