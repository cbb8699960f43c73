import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { ErrorCode } from "../../contract/error-codes";
import { FAILED_OUTCOMES, OUTCOMES } from "../../contract/outcomes";
import type { AlarmSettings } from "../../settings/alarm-settings";
import type { InputKey } from "../keys/input-key";
import { FIVE_MINUTES, functionMetric, HOUR, keyUsageMetric, lambdaMetric, type Metric } from "./metrics";

export interface AlarmsProps {
  stackName: string;
  stage: string;
  functionName: string;
  instanceId: string;
  /** the SNS topic that the alarms notify */
  topicArn: string;
  thresholds: AlarmSettings;
  /** keys that a rotation removes once they are no longer in use */
  retiringKeys: readonly InputKey[];
}

/** The description says what happened, what it means for callers, and what to do first. */
type AlarmConfig = Pick<CloudwatchMetricAlarmConfig, "threshold" | "alarmDescription"> &
  Partial<CloudwatchMetricAlarmConfig>;

/** One alarm for each kind of problem. Missing data never triggers an alarm. */
export class Alarms extends Construct {
  readonly arns: string[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { stackName, stage, functionName, instanceId, topicArn, thresholds, retiringKeys } = props;
    const alarm = (name: string, config: AlarmConfig) =>
      new CloudwatchMetricAlarm(this, name, {
        alarmName: `${stackName}-${name}`,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: [topicArn],
        ...config,
      }).arn;

    this.arns = [
      alarm("function-errors", {
        ...statistic(lambdaMetric(functionName, "Errors"), "Sum"),
        threshold: thresholds.functionErrors,
        alarmDescription:
          "The function failed. If the operation was a check or a submit, the caller heard that card details cannot be taken. Look up the errorCode of the function's log in docs/operations.md.",
      }),
      alarm("throttles", {
        ...statistic(lambdaMetric(functionName, "Throttles"), "Sum"),
        threshold: thresholds.throttles,
        alarmDescription:
          "Lambda throttled the function because too many invocations ran at the same time. If the operation was a check or a submit and Connect's retries were throttled too, the caller heard that card details cannot be taken. Check the account's concurrent executions in the Lambda console. Request a higher quota, or raise reservedConcurrency if it is set.",
      }),
      alarm("duration", {
        ...statistic(lambdaMetric(functionName, "Duration"), "Maximum"),
        threshold: thresholds.durationMilliseconds,
        alarmDescription:
          "An invocation took almost as long as Connect waits: 8 seconds, or 1 second for a prepare, which callers do not notice. Find the slow operation on the dashboard. A submit waits for the payment endpoint, a prepare or a check for Parameter Store.",
      }),
      alarm("tampered-message", {
        ...statistic(functionMetric(stage, "Faults", { errorCode: "tampered-message" satisfies ErrorCode }), "Sum"),
        threshold: thresholds.tamperedMessages,
        alarmDescription:
          "The signature of an encrypted input is invalid: the input was changed between Connect and the function. Find the contact ids in the function's log, and check what else writes the attributes of these contacts.",
      }),
      alarm("unknown-key-id", {
        ...statistic(functionMetric(stage, "Faults", { errorCode: "unknown-key-id" satisfies ErrorCode }), "Sum"),
        threshold: thresholds.unknownKeys,
        alarmDescription:
          "The flow uses a key that is not deployed with the function. Add its key pair to the configuration and deploy, or correct the key id in the flow.",
      }),
      alarm("failed-calls", {
        ...failedCallsPercent(stage, thresholds.failedCallsMinimum),
        threshold: thresholds.failedCallsPercent,
        alarmDescription:
          "Too many calls in the past hour ended without card data, because of too many attempts or an error. Check the errors on the dashboard. If there are none, call the number and listen to the prompts.",
      }),
      ...retiringKeys.map(({ keyPairName, keyId }) =>
        alarm(`key-usage-${keyPairName}`, {
          ...statistic(keyUsageMetric(instanceId, keyId), "Sum", HOUR),
          comparisonOperator: "GreaterThanThreshold",
          threshold: 0,
          evaluationPeriods: 24,
          datapointsToAlarm: 1,
          // Only for the dashboard: use of the old key is normal until the last calls with it have ended.
          alarmActions: [],
          alarmDescription: `The key pair ${keyPairName} was used in the last 24 hours. Do not start step 3 of the rotation yet. When this alarm is OK, remove the key pair from the configuration and deploy.`,
        }),
      ),
    ];
  }
}

const statistic = ({ namespace, metricName, dimensions }: Metric, statistic: string, period = FIVE_MINUTES) => ({
  namespace,
  metricName,
  dimensions,
  statistic,
  period,
});

/** The percentage of the calls in one hour that failed; 0 if there were fewer calls than the minimum. */
function failedCallsPercent(stage: string, minimum: number) {
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
