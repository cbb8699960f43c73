import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { ErrorCode } from "../../contract/error-codes";
import type { Problem } from "../../contract/field";
import { type FunctionMetricName, METRIC_NAMESPACE, type MetricDimensions, SERVICE } from "../../contract/metrics";
import type { Operation } from "../../contract/operations";
import type { Outcome } from "../../contract/outcomes";

/**
 * Writes metrics to the function's log in Embedded Metric Format. CloudWatch extracts them, so no call waits for it.
 */
export class FunctionMetrics {
  readonly #metrics: Metrics;

  constructor(stage: string) {
    this.#metrics = new Metrics({
      namespace: METRIC_NAMESPACE,
      serviceName: SERVICE,
      defaultDimensions: { stage },
    });
  }

  /** Publishes the counts and the duration of one invocation. `operation` is missing where the event was invalid. */
  invoked(counts: {
    decrypted: number;
    keyCacheMisses: number;
    staleSecrets: number;
    operation?: Operation;
    milliseconds: number;
  }): void {
    const { decrypted, keyCacheMisses, staleSecrets, operation, milliseconds } = counts;
    const values = { Decrypted: decrypted, KeyCacheMisses: keyCacheMisses, StaleSecrets: staleSecrets };
    for (const [name, value] of Object.entries(values satisfies Partial<Record<FunctionMetricName, number>>)) {
      this.#metrics.addMetric(name, MetricUnit.Count, value);
    }
    this.#metrics.publishStoredMetrics();
    if (operation) this.#publish("Duration", { operation }, milliseconds, MetricUnit.Milliseconds);
  }

  /** Publishes the outcome of a check or a submit. */
  checked(operation: Operation, outcome: Problem | Outcome): void {
    this.#publish("Outcomes", { operation, outcome });
  }

  failed(errorCode: ErrorCode): void {
    this.#publish("Faults", { errorCode });
  }

  /** Publishes how a call ended. */
  ended(outcome: Outcome): void {
    this.#publish("Calls", { outcome });
  }

  /** Does not use `singleMetric`, which creates a new `Metrics` for every value. */
  #publish<Name extends FunctionMetricName>(
    name: Name,
    dimensions: MetricDimensions<Name>,
    value = 1,
    unit: (typeof MetricUnit)[keyof typeof MetricUnit] = MetricUnit.Count,
  ): void {
    this.#metrics.addDimensions(dimensions).addMetric(name, unit, value).publishStoredMetrics();
  }
}
