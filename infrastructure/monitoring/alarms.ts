import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { ErrorCode } from "../../contract/error-codes";
import { FAILED_OUTCOMES, OUTCOMES } from "../../contract/outcomes";
import type { AlarmSettings } from "../../settings/alarm-settings";
import type { InputKey } from "../keys/input-key";
import { functionMetric, keyUsageMetric, lambdaMetric, type Metric } from "./metrics";

const FIVE_MINUTES = 300;
const HOUR = 3600;

export interface AlarmsProps {
  stackName: string;
  stage: string;
  functionName: string;
  instanceId: string;
  /** who is told */
  topicArn: string;
  thresholds: AlarmSettings;
  /** keys that are to be removed as soon as nothing uses them */
  retiringKeys: readonly InputKey[];
}

/** What an alarm watches, what it means and the first thing to do. */
type Watched = Pick<CloudwatchMetricAlarmConfig, "threshold" | "alarmDescription"> &
  Partial<CloudwatchMetricAlarmConfig>;

/** One alarm for each kind of trouble. What was not reported did not happen. */
export class Alarms extends Construct {
  readonly arns: string[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { stackName, stage, functionName, instanceId, topicArn, thresholds, retiringKeys } = props;
    const alarm = (name: string, watched: Watched) =>
      new CloudwatchMetricAlarm(this, name, {
        alarmName: `${stackName}-${name}`,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: [topicArn],
        ...watched,
      }).arn;

    this.arns = [
      alarm("function-errors", {
        ...fiveMinutes(lambdaMetric(functionName, "Errors"), "Sum"),
        threshold: thresholds.functionErrors,
        alarmDescription:
          "The function failed. Where that was a check or a submit, a caller heard that card details cannot be taken. Look up the errorCode in its log in docs/operations.md.",
      }),
      alarm("throttles", {
        ...fiveMinutes(lambdaMetric(functionName, "Throttles"), "Sum"),
        threshold: thresholds.throttles,
        alarmDescription:
          "Lambda refused to run the function, for want of concurrency. Where that was a check or a submit, and Connect's tries after it were refused as well, a caller heard that card details cannot be taken. Look at the account's concurrent executions in the Lambda console, and ask for a higher quota, or raise reservedConcurrency where it is set.",
      }),
      alarm("duration", {
        ...fiveMinutes(lambdaMetric(functionName, "Duration"), "Maximum"),
        threshold: thresholds.durationMilliseconds,
        alarmDescription:
          "The function came close to the 8 seconds that Connect waits for it (1 for a prepare, whose caller hears nothing of it). See on the dashboard which operation is slow: a submit waits for the payment endpoint, a prepare or a check for Parameter Store.",
      }),
      alarm("tampered-message", {
        ...fiveMinutes(functionMetric(stage, "Faults", { errorCode: "tampered-message" satisfies ErrorCode }), "Sum"),
        threshold: thresholds.tamperedMessages,
        alarmDescription:
          "The signature of an encrypted input failed: something changed it between Connect and the function. Take the contact ids from the function's log, and find out what else writes these contacts' attributes.",
      }),
      alarm("unknown-key-id", {
        ...fiveMinutes(functionMetric(stage, "Faults", { errorCode: "unknown-key-id" satisfies ErrorCode }), "Sum"),
        threshold: thresholds.unknownKeys,
        alarmDescription:
          "The flow prepared, or encrypted an input for, a key that is not deployed with the function. Deploy again with that key pair, too, or correct the key id in the flow.",
      }),
      alarm("failed-calls", {
        ...failedCalls(stage, thresholds.failedCallsMinimum),
        threshold: thresholds.failedCallsPercent,
        alarmDescription:
          "Too many calls of the past hour ended without their data taken: too many attempts, or a fault. See on the dashboard whether faults came with it; if not, call, and listen to what callers are asked.",
      }),
      ...retiringKeys.map(({ keyPairName, keyId }) =>
        alarm(`key-usage-${keyPairName}`, {
          ...watch(keyUsageMetric(instanceId, keyId), "Sum", HOUR),
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
          evaluationPeriods: 24,
          datapointsToAlarm: 1,
          // Seen on the dashboard, and no trouble: a rotation waits for it to end.
          alarmActions: [],
          alarmDescription: `The key pair ${keyPairName} is still in use: do not take step three of the rotation. Wait until this alarm is OK, which takes a day without use, then take the key pair out of the configuration and deploy.`,
        }),
      ),
    ];
  }
}

const watch = ({ namespace, metricName, dimensions }: Metric, statistic: string, period: number) => ({
  namespace,
  metricName,
  dimensions,
  statistic,
  period,
});
const fiveMinutes = (metric: Metric, statistic: string) => watch(metric, statistic, FIVE_MINUTES);

/** Percent of an hour's calls; none while they are too few. */
function failedCalls(stage: string, minimum: number) {
  const idOf = (outcome: string) => outcome.replaceAll("-", "_");
  const sum = (outcomes: readonly string[]) => outcomes.map((outcome) => `FILL(${idOf(outcome)}, 0)`).join(" + ");
  return {
    metricQuery: [
      ...OUTCOMES.map((outcome) => {
        const { namespace, metricName, dimensions } = functionMetric(stage, "Calls", { outcome });
        return { id: idOf(outcome), metric: { namespace, metricName, dimensions, stat: "Sum", period: HOUR } };
      }),
      { id: "failed", expression: sum(FAILED_OUTCOMES), label: "Failed" },
      { id: "all", expression: sum(OUTCOMES), label: "All" },
      {
        id: "percent",
        expression: `IF(all >= ${minimum}, 100 * failed / all, 0)`,
        label: "Failed calls in percent",
        returnData: true,
      },
    ],
  };
}
