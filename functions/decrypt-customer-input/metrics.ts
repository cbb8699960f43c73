import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Problem } from "../../fields/field";
import type { Outcome } from "../../fields/outcome";
import type { ErrorCode } from "./errors";

/**
 * What is counted: lines of the function's own log (Embedded Metric Format) that CloudWatch makes metrics of, so that no
 * call waits for it. Namespace `ConnectSecureIvr`; every metric has the dimensions `service` and `stage`.
 */
export class FunctionMetrics {
  readonly #metrics: Metrics;

  constructor(stage: string, serviceName: string) {
    this.#metrics = new Metrics({ namespace: "ConnectSecureIvr", serviceName, defaultDimensions: { stage } });
  }

  /** Of each invocation. */
  invoked(counts: {
    decrypted: number;
    keyCacheMisses: number;
    staleSecrets: number;
    operation?: string;
    milliseconds: number;
  }): void {
    this.#metrics.addMetric("Decrypted", MetricUnit.Count, counts.decrypted);
    this.#metrics.addMetric("KeyCacheMisses", MetricUnit.Count, counts.keyCacheMisses);
    this.#metrics.addMetric("StaleSecrets", MetricUnit.Count, counts.staleSecrets);
    this.#metrics.publishStoredMetrics();
    const { operation, milliseconds } = counts;
    if (operation) this.#publish({ operation }, "Duration", MetricUnit.Milliseconds, milliseconds);
  }

  /** What a check or a submit answered. */
  answered(operation: string, outcome: Problem | Outcome): void {
    this.#publish({ operation, outcome }, "Outcomes");
  }

  failed(errorCode: ErrorCode): void {
    this.#publish({ errorCode }, "Faults");
  }

  /** How a call ended. */
  ended(outcome: Outcome): void {
    this.#publish({ outcome }, "Calls");
  }

  /** Not by `singleMetric`, which makes all of `Metrics` anew each time. */
  #publish(
    dimensions: Record<string, string>,
    metricName: string,
    unit: (typeof MetricUnit)[keyof typeof MetricUnit] = MetricUnit.Count,
    value = 1,
  ): void {
    this.#metrics.addDimensions(dimensions).addMetric(metricName, unit, value).publishStoredMetrics();
  }
}
