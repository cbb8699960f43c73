import type { Metric } from "./metrics";

/** The part of CloudWatch's dashboard format that is used here. */
export interface DashboardBody {
  widgets: Widget[];
}
export interface Widget {
  type: "alarm" | "metric";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title: string } & ({ alarms: string[] } | MetricProperties);
}
interface MetricProperties {
  region: string;
  view: "timeSeries" | "singleValue";
  stacked?: boolean;
  period: number;
  metrics: MetricRow[];
}
interface RowOptions {
  id?: string;
  label?: string;
  stat?: string;
  visible?: boolean;
}
export type MetricRow = (string | RowOptions)[] | [RowOptions & { expression: string }];

/** A dashboard is 24 units wide. */
const WIDTH = 24;
const HEIGHT = 6;

/** Widgets in rows of equal shares, from the top. */
export const inRows = (rows: Omit<Widget, "x" | "y" | "width" | "height">[][]): Widget[] =>
  rows.flatMap((row, y) => {
    const width = WIDTH / row.length;
    return row.map((widget, x) => ({ ...widget, x: x * width, y: y * HEIGHT, width, height: HEIGHT }));
  });

/** A metric's line, as it was reported. */
export const line = ({ namespace, metricName, dimensions }: Metric, options: RowOptions): MetricRow => [
  namespace,
  metricName,
  ...Object.entries(dimensions).flat(),
  options,
];

/** A count's line, which is 0 where nothing was reported. */
export const filledLine = (metric: Metric, id: string, label: string): MetricRow[] => [
  line(metric, { id, stat: "Sum", visible: false }),
  [{ expression: `FILL(${id}, 0)`, id: `${id}_filled`, label }],
];
