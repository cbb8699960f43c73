/** The function's own environment variables: the infrastructure writes them, the function parses them. */
export interface FunctionEnvironment {
  /** A parameter's name is this prefix and the key id. */
  DECRYPTION_KEY_PARAMETER_PREFIX: string;
  /** seconds that a private key or another secret is cached; three times as long while Parameter Store is unavailable */
  SECRET_CACHE_SECONDS: string;
  /** `dev`, `prod`, …: a dimension of every metric */
  STAGE: string;
  /** JSON: the captured fields, in order */
  FIELDS: string;
  /** IANA name of the time zone in which cards expire */
  TIME_ZONE: string;
  /** default: `none` */
  PAYMENT_CONNECTOR?: PaymentConnectorName;
  /** address of the payment endpoint; only with the connector `https` */
  PAYMENT_URL?: string;
  /** name of the parameter with the endpoint's bearer secret; only with the connector `https` */
  PAYMENT_SECRET_PARAMETER?: string;
}

export const PAYMENT_CONNECTORS = ["none", "https"] as const;
export type PaymentConnectorName = (typeof PAYMENT_CONNECTORS)[number];
