import { type FunctionMetricName, METRIC_NAMESPACE, type MetricDimensions, SERVICE } from "../../contract/metrics";

/** Periods of alarms and graphs, in seconds. */
export const FIVE_MINUTES = 300;
export const HOUR = 3600;

/** A CloudWatch metric. Each set of dimension values is a separate metric. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
}

/** A metric that the function publishes. */
export const functionMetric = <Name extends FunctionMetricName>(
  stage: string,
  metricName: Name,
  dimensions: MetricDimensions<Name>,
): Metric => ({
  namespace: METRIC_NAMESPACE,
  metricName,
  dimensions: { service: SERVICE, stage, ...dimensions },
});

/** A metric that Lambda publishes for every function. */
export const lambdaMetric = (
  functionName: string,
  metricName: "Errors" | "Throttles" | "Duration" | "Invocations",
): Metric => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: functionName },
});

/** The number of inputs that Connect encrypted with a key. */
export const keyUsageMetric = (instanceId: string, keyId: string): Metric => ({
  namespace: "AWS/Connect",
  metricName: "PublicSigningKeyUsage",
  dimensions: { InstanceId: instanceId, SigningKeyId: keyId },
});
