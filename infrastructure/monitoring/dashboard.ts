import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { COMMON_DIMENSIONS, FUNCTION_METRICS, METRIC_NAMESPACE, SERVICE } from "../../contract/metrics";
import { OPERATIONS } from "../../contract/operations";
import { OUTCOMES } from "../../contract/outcomes";
import type { InputKey } from "../keys/input-key";
import { type DashboardBody, filledLine, inRows, line, type MetricRow } from "./dashboard-widgets";
import { functionMetric, keyUsageMetric, lambdaMetric, type Metric } from "./metrics";

const FIVE_MINUTES = 300;
const HOUR = 3600;
const DAY_SECONDS = 86_400;

export interface DashboardProps {
  name: string;
  region: string;
  stage: string;
  functionName: string;
  instanceId: string;
  inputKeys: readonly InputKey[];
  alarmArns: string[];
}

/** How the IVR is doing, on one page. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: props.name,
      dashboardBody: JSON.stringify(dashboardBody(props)),
    });
  }
}

function dashboardBody(props: DashboardProps): DashboardBody {
  const { region, stage, functionName, instanceId, inputKeys, alarmArns } = props;
  const graph = (title: string, period: number, metrics: MetricRow[], stacked = false) => ({
    type: "metric" as const,
    properties: { title, region, view: "timeSeries" as const, stacked, period, metrics },
  });
  const ofEachKey = (rowsOf: (key: InputKey, index: number) => MetricRow[]) => inputKeys.flatMap(rowsOf);
  return {
    widgets: inRows([
      [
        { type: "alarm", properties: { title: "Alarms", alarms: alarmArns } },
        {
          type: "metric",
          properties: {
            title: "Days left of each certificate",
            region,
            view: "singleValue",
            period: HOUR,
            metrics: [
              // A graph wants a metric, even where expressions are all that it shows.
              line(lambdaMetric(functionName, "Invocations"), { id: "invocations", stat: "Sum", visible: false }),
              ...ofEachKey((key, index) => [
                [{ expression: daysLeft(key), id: `days${index}`, label: key.keyPairName }],
              ]),
            ],
          },
        },
      ],
      [
        graph(
          "Calls by outcome",
          FIVE_MINUTES,
          OUTCOMES.flatMap((outcome, index) =>
            filledLine(functionMetric(stage, "Calls", { outcome }), `calls${index}`, outcome),
          ),
          true,
        ),
        graph(
          "Faults by code",
          FIVE_MINUTES,
          [[{ expression: faultsOfAnyCode(stage), id: "faults", label: "" }]],
          true,
        ),
      ],
      [
        graph(
          "Milliseconds by operation",
          FIVE_MINUTES,
          OPERATIONS.flatMap((operation) => percentiles(functionMetric(stage, "Duration", { operation }), operation)),
        ),
        graph("Milliseconds of the whole invocation, as Lambda measures it", FIVE_MINUTES, [
          ...percentiles(lambdaMetric(functionName, "Duration"), "invocation"),
          line(lambdaMetric(functionName, "Duration"), { stat: "Maximum", label: "invocation, slowest" }),
        ]),
      ],
      [
        graph("Inputs decrypted, keys that had to be fetched first, and stale secrets that were used", FIVE_MINUTES, [
          ...filledLine(functionMetric(stage, "Decrypted", {}), "decrypted", "decrypted"),
          ...filledLine(functionMetric(stage, "KeyCacheMisses", {}), "misses", "key cache misses"),
          ...filledLine(functionMetric(stage, "StaleSecrets", {}), "stale", "stale secrets"),
        ]),
        graph(
          "Inputs encrypted under each key",
          HOUR,
          ofEachKey((key, index) =>
            filledLine(keyUsageMetric(instanceId, key.keyId), `usage${index}`, `${key.keyPairName} ${key.keyId}`),
          ),
        ),
      ],
    ]),
  };
}

/** Computed where it is shown, so that it is true on every later day. */
const daysLeft = ({ certificateExpiryDate }: InputKey): string =>
  `FLOOR((${Math.floor(Date.parse(certificateExpiryDate) / 1000)} - EPOCH(TIME_SERIES(1))) / ${DAY_SECONDS})`;

/** Searched for, so that a code which comes up later is shown, too. */
function faultsOfAnyCode(stage: string): string {
  const dimensions = [...COMMON_DIMENSIONS, ...FUNCTION_METRICS.Faults].join(",");
  const query = `{${METRIC_NAMESPACE},${dimensions}} MetricName="Faults" service="${SERVICE}" stage="${stage}"`;
  return `FILL(SEARCH('${query}', 'Sum', ${FIVE_MINUTES}), 0)`;
}

const percentiles = (metric: Metric, label: string): MetricRow[] =>
  ["p50", "p99"].map((stat) => line(metric, { stat, label: `${label}, ${stat}` }));
