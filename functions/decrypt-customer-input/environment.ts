import * as z from "zod/mini";
import { CHECKS, type CheckName } from "../../fields/checks";
import { BRANDS, type Field } from "../../fields/field";
import { type PaymentSettings, parsePaymentEnvironment } from "./payment/settings";

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
      check: z.optional(z.enum(Object.keys(CHECKS) as CheckName[])),
    }),
  ]),
);

const Environment = z.object({
  /** Parameter names are this prefix and the key id. */
  DECRYPTION_KEY_PARAMETER_PREFIX: z.string().check(z.startsWith("/")),
  /** How long a private key, or another secret, is kept in memory; three times as long while Parameter Store does not answer. */
  SECRET_CACHE_SECONDS: z.coerce.number().check(z.int(), z.positive()),
  /** `dev`, `prod`, …: a dimension of every metric */
  STAGE: z.string().check(z.minLength(1)),
  /** What is captured, in order: JSON. */
  FIELDS: z.string(),
  /** IANA name of the zone by whose calendar cards expire */
  TIME_ZONE: z.string(),
});

export interface Settings {
  parameterPrefix: string;
  cacheSeconds: number;
  stage: string;
  fields: readonly Field[];
  timeZone: string;
  payment: PaymentSettings;
}

export function parseEnvironment(environment: NodeJS.ProcessEnv): Settings {
  const { DECRYPTION_KEY_PARAMETER_PREFIX, SECRET_CACHE_SECONDS, STAGE, FIELDS, TIME_ZONE } =
    Environment.parse(environment);
  return {
    parameterPrefix: DECRYPTION_KEY_PARAMETER_PREFIX,
    cacheSeconds: SECRET_CACHE_SECONDS,
    stage: STAGE,
    fields: Fields.parse(JSON.parse(FIELDS)),
    timeZone: TIME_ZONE,
    payment: parsePaymentEnvironment(environment),
  };
}
