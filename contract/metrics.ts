/** CloudWatch namespace of the metrics that the function publishes. */
export const METRIC_NAMESPACE = "ConnectSecureIvr";

/** The function's name within a stack, and the dimension `service` of its metrics and logs. */
export const SERVICE = "decrypt-customer-input";

/** The function's metrics, and the dimensions that each has beside {@link COMMON_DIMENSIONS}. */
export const FUNCTION_METRICS = {
  Decrypted: [],
  KeyCacheMisses: [],
  StaleSecrets: [],
  Duration: ["operation"],
  Outcomes: ["operation", "outcome"],
  Faults: ["errorCode"],
  Calls: ["outcome"],
} as const;

export const METRIC_MEANINGS: Record<FunctionMetricName, string> = {
  Decrypted: "encrypted inputs that were decrypted",
  KeyCacheMisses: "private keys that were not in the cache",
  StaleSecrets: "expired secrets that were used because Parameter Store was unavailable",
  Duration: "milliseconds of an invocation",
  Outcomes: "outcomes of checks and submits",
  Faults: "invocations that failed",
  Calls: "ended calls",
};

export const COMMON_DIMENSIONS = ["service", "stage"] as const;

export type FunctionMetricName = keyof typeof FUNCTION_METRICS;
export type MetricDimensions<Name extends FunctionMetricName> = Record<(typeof FUNCTION_METRICS)[Name][number], string>;
