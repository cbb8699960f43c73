import * as z from "zod/mini";
import { CHECK_DIGIT_RULES, type CheckDigitRule } from "../../contract/check-digits";
import { BRANDS, type Field } from "../../contract/field";
import type { FunctionEnvironment } from "../../contract/function-environment";

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

const length = z.number().check(z.int(), z.positive());
const Fields: z.ZodMiniType<Field[]> = z.array(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("cardNumber"),
      name: z.literal("cardNumber"),
      max: length,
      allowedBrands: z.array(z.enum(BRANDS)).check(z.minLength(1)),
    }),
    z.object({ kind: z.literal("expiryDate"), name: z.literal("expiryDate") }),
    z.object({ kind: z.literal("securityCode"), name: z.literal("securityCode") }),
    z.object({ kind: z.literal("postalCode"), name: z.literal("postalCode"), min: length, max: length }),
    z.object({
      kind: z.literal("digits"),
      name: z.string(),
      min: length,
      max: length,
      check: z.optional(z.enum(Object.keys(CHECK_DIGIT_RULES) as CheckDigitRule[])),
    }),
  ]),
);

export interface HandlerSettings {
  /** the name of a private key's parameter is this prefix and the key id */
  parameterPrefix: string;
  cacheSeconds: number;
  stage: string;
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
    fields: Fields.parse(JSON.parse(variables.FIELDS)),
    timeZone: variables.TIME_ZONE,
    payment:
      payment.PAYMENT_CONNECTOR === "none"
        ? { connector: "none" }
        : { connector: "https", url: payment.PAYMENT_URL, secretParameter: payment.PAYMENT_SECRET_PARAMETER },
  };
}
