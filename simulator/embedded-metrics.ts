import { z } from "zod";

/** Metrics of one line of log, as CloudWatch would take them in. */
export interface EmbeddedMetrics {
  namespace: string;
  dimensions: Record<string, string>;
  /** by name */
  metrics: Record<string, number>;
}

/** CloudWatch Embedded Metric Format, as far as one set of dimensions goes. */
const EmbeddedMetricFormat = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.string(),
        Dimensions: z.tuple([z.array(z.string())]),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ]),
  }),
});

/** Nothing where a line of log holds no metrics. */
export function readEmbeddedMetrics(entry: unknown): EmbeddedMetrics | undefined {
  const result = EmbeddedMetricFormat.safeParse(entry);
  if (!result.success) return undefined;
  const { _aws, ...values } = result.data;
  const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
  return {
    namespace: Namespace,
    dimensions: Object.fromEntries(Dimensions[0].map((name) => [name, String(values[name])])),
    metrics: Object.fromEntries(Metrics.map(({ Name }) => [Name, Number([values[Name]].flat()[0])])),
  };
}
