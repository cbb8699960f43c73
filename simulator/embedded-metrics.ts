import { z } from "zod";

/** The metrics that CloudWatch extracts from one line of a log. */
export interface EmbeddedMetrics {
  namespace: string;
  dimensions: Record<string, string>;
  /** by name */
  metrics: Record<string, number>;
}

/** CloudWatch Embedded Metric Format, with one set of dimensions. */
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

/** Returns nothing if a line of a log contains no metrics. */
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
