import { type FunctionMetricName, METRIC_NAMESPACE, type MetricDimensions, SERVICE } from "../../contract/metrics";

/** One CloudWatch metric. Each set of dimension values is a metric of its own. */
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
