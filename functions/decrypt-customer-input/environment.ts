import * as z from "zod/mini";
import { CHECK_DIGIT_RULES, type CheckDigitRule } from "../../contract/check-digits";
import { BRANDS, type Field } from "../../contract/field";
import type { FunctionEnvironment } from "../../contract/function-environment";
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
      check: z.optional(z.enum(Object.keys(CHECK_DIGIT_RULES) as CheckDigitRule[])),
    }),
  ]),
);

const Environment = z.object({
  DECRYPTION_KEY_PARAMETER_PREFIX: z.string().check(z.startsWith("/")),
  SECRET_CACHE_SECONDS: z.coerce.number().check(z.int(), z.positive()),
  STAGE: z.string().check(z.minLength(1)),
  FIELDS: z.string(),
  TIME_ZONE: z.string(),
} satisfies Partial<Record<keyof FunctionEnvironment, z.ZodMiniType>>);

export interface FunctionSettings {
  parameterPrefix: string;
  cacheSeconds: number;
  stage: string;
  fields: readonly Field[];
  timeZone: string;
  payment: PaymentSettings;
}

export function parseEnvironment(environment: NodeJS.ProcessEnv): FunctionSettings {
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
