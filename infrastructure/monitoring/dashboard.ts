import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { COMMON_DIMENSIONS, FUNCTION_METRICS, METRIC_NAMESPACE, SERVICE } from "../../contract/metrics";
import { OPERATIONS } from "../../contract/operations";
import { OUTCOMES } from "../../contract/outcomes";
import type { InputKey } from "../keys/input-key";
import { type DashboardBody, filledLine, inRows, line, type MetricRow } from "./dashboard-widgets";
import { FIVE_MINUTES, functionMetric, HOUR, keyUsageMetric, lambdaMetric, type Metric } from "./metrics";

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

/** One CloudWatch dashboard with alarms, certificates, calls, errors, durations and key usage. */
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
  return {
    widgets: inRows([
      [
        { type: "alarm", properties: { title: "Alarms", alarms: alarmArns } },
        {
          type: "metric",
          properties: {
            title: "Days until each certificate expires",
            region,
            view: "singleValue",
            period: HOUR,
            metrics: [
              // CloudWatch requires a metric in each graph, even if only expressions are visible.
              line(lambdaMetric(functionName, "Invocations"), { id: "invocations", stat: "Sum", visible: false }),
              ...inputKeys.map(
                (key, index): MetricRow => [{ expression: daysLeft(key), id: `days${index}`, label: key.keyPairName }],
              ),
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
          "Errors by error code",
          FIVE_MINUTES,
          [[{ expression: errorsOfEachCode(stage), id: "faults", label: "" }]],
          true,
        ),
      ],
      [
        graph(
          "Duration by operation, in milliseconds",
          FIVE_MINUTES,
          OPERATIONS.flatMap((operation) => percentiles(functionMetric(stage, "Duration", { operation }), operation)),
        ),
        graph("Duration of the whole invocation as measured by Lambda, in milliseconds", FIVE_MINUTES, [
          ...percentiles(lambdaMetric(functionName, "Duration"), "invocation"),
          line(lambdaMetric(functionName, "Duration"), { stat: "Maximum", label: "invocation, slowest" }),
        ]),
      ],
      [
        graph("Decrypted inputs, key cache misses, and uses of stale secrets", FIVE_MINUTES, [
          ...filledLine(functionMetric(stage, "Decrypted", {}), "decrypted", "decrypted"),
          ...filledLine(functionMetric(stage, "KeyCacheMisses", {}), "misses", "key cache misses"),
          ...filledLine(functionMetric(stage, "StaleSecrets", {}), "stale", "stale secrets"),
        ]),
        graph(
          "Inputs that Connect encrypted with each key",
          HOUR,
          inputKeys.flatMap(({ keyId, keyPairName }, index) =>
            filledLine(keyUsageMetric(instanceId, keyId), `usage${index}`, `${keyPairName} ${keyId}`),
          ),
        ),
      ],
    ]),
  };
}

/** CloudWatch evaluates this expression whenever it shows the dashboard, so the number is always current. */
const daysLeft = ({ certificateExpiryDate }: InputKey): string =>
  `FLOOR((${Math.floor(Date.parse(certificateExpiryDate) / 1000)} - EPOCH(TIME_SERIES(1))) / ${DAY_SECONDS})`;

/** A search expression, which also finds error codes that later versions of the function add. */
function errorsOfEachCode(stage: string): string {
  const dimensions = [...COMMON_DIMENSIONS, ...FUNCTION_METRICS.Faults].join(",");
  const query = `{${METRIC_NAMESPACE},${dimensions}} MetricName="Faults" service="${SERVICE}" stage="${stage}"`;
  return `FILL(SEARCH('${query}', 'Sum', ${FIVE_MINUTES}), 0)`;
}

const percentiles = (metric: Metric, label: string): MetricRow[] =>
  ["p50", "p99"].map((stat) => line(metric, { stat, label: `${label}, ${stat}` }));
