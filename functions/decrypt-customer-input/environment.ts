import * as z from "zod/mini";
import { type PaymentSettings, parsePaymentEnvironment } from "./payment/settings";

const Environment = z.object({
  /** Parameter names are this prefix and the key id. */
  DECRYPTION_KEY_PARAMETER_PREFIX: z.string().check(z.startsWith("/")),
  /** The key ids that were deployed with the function, joined by commas. */
  DECRYPTION_KEY_IDS: z.string().check(z.minLength(1)),
});

export interface Settings {
  parameterPrefix: string;
  keyIds: ReadonlySet<string>;
  payment: PaymentSettings;
}

export function parseEnvironment(environment: NodeJS.ProcessEnv): Settings {
  const { DECRYPTION_KEY_PARAMETER_PREFIX, DECRYPTION_KEY_IDS } = Environment.parse(environment);
  return {
    parameterPrefix: DECRYPTION_KEY_PARAMETER_PREFIX,
    keyIds: new Set(DECRYPTION_KEY_IDS.split(",")),
    payment: parsePaymentEnvironment(environment),
  };
}
