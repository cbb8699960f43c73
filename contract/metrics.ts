/** CloudWatch namespace of the metrics that the function publishes. */
export const METRIC_NAMESPACE = "ConnectSecureIvr";

/** The function's name within a stack, and the dimension `service` of its metrics and logs. */
export const SERVICE = "decrypt-customer-input";

/** The function's metrics, and the dimensions that each has beside {@link COMMON_DIMENSIONS}. */
export const FUNCTION_METRICS = {
  /** encrypted inputs that were decrypted */
  Decrypted: [],
  /** private keys that were not in the cache */
  KeyCacheMisses: [],
  /** expired secrets that were used because Parameter Store was unavailable */
  StaleSecrets: [],
  /** milliseconds of an invocation */
  Duration: ["operation"],
  /** outcomes of checks and submits */
  Outcomes: ["operation", "outcome"],
  /** invocations that failed */
  Faults: ["errorCode"],
  /** ended calls */
  Calls: ["outcome"],
} as const;

export const COMMON_DIMENSIONS = ["service", "stage"] as const;

export type FunctionMetricName = keyof typeof FUNCTION_METRICS;
export type MetricDimensions<Name extends FunctionMetricName> = Record<(typeof FUNCTION_METRICS)[Name][number], string>;
