import type { Metric } from "./metrics";

/** The part of CloudWatch's dashboard format that this project uses. */
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
const DASHBOARD_WIDTH = 24;
const ROW_HEIGHT = 6;

/** Positions the widgets of each row side by side, with equal widths. */
export const inRows = (rows: Omit<Widget, "x" | "y" | "width" | "height">[][]): Widget[] =>
  rows.flatMap((row, y) => {
    const width = DASHBOARD_WIDTH / row.length;
    return row.map((widget, x) => ({ ...widget, x: x * width, y: y * ROW_HEIGHT, width, height: ROW_HEIGHT }));
  });

/** A line with gaps where the metric has no data. */
export const line = ({ namespace, metricName, dimensions }: Metric, options: RowOptions): MetricRow => [
  namespace,
  metricName,
  ...Object.entries(dimensions).flat(),
  options,
];

/** The line of a count, which is 0 where the metric has no data. */
export const filledLine = (metric: Metric, id: string, label: string): MetricRow[] => [
  line(metric, { id, stat: "Sum", visible: false }),
  [{ expression: `FILL(${id}, 0)`, id: `${id}_filled`, label }],
];
