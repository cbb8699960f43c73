import type { Outcome } from "../fields/outcome";

/** One CloudWatch metric: a name is not enough, each set of dimensions is a metric of its own. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
}

/** What the function reports of itself, and the dimensions that each has beside `service` and `stage`. */
export const OWN_METRICS = {
  Decrypted: [],
  KeyCacheMisses: [],
  StaleSecrets: [],
  Duration: ["operation"],
  Outcomes: ["operation", "outcome"],
  Faults: ["errorCode"],
  Calls: ["outcome"],
} as const;
export type OwnMetricName = keyof typeof OWN_METRICS;
type OwnDimensions<Name extends OwnMetricName> = Record<(typeof OWN_METRICS)[Name][number], string>;

export const OWN_NAMESPACE = "ConnectSecureIvr";
export const SERVICE = "decrypt-customer-input";
export const OPERATIONS = ["prepare", "check", "submit", "report"] as const;
/** the ends of a call without its data taken, for no wish of the caller's */
export const FAILED_OUTCOMES = ["attempts-exhausted", "unavailable"] as const satisfies readonly Outcome[];

/** A metric of the function's own. */
export const ownMetric = <Name extends OwnMetricName>(
  stage: string,
  metricName: Name,
  dimensions: OwnDimensions<Name>,
): Metric => ({
  namespace: OWN_NAMESPACE,
  metricName,
  dimensions: { service: SERVICE, stage, ...dimensions },
});

/** A metric that Lambda keeps of every function. */
export const lambdaMetric = (
  functionName: string,
  metricName: "Errors" | "Throttles" | "Duration" | "Invocations",
): Metric => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: functionName },
});

/** How often Connect has encrypted an input under a key. */
export const keyUsageMetric = (instanceId: string, keyId: string): Metric => ({
  namespace: "AWS/Connect",
  metricName: "PublicSigningKeyUsage",
  dimensions: { InstanceId: instanceId, SigningKeyId: keyId },
});
