import { FUNCTION_METRICS, type FunctionMetricName, METRIC_NAMESPACE, SERVICE } from "../../contract/metrics";
import { OUTCOMES } from "../../contract/outcomes";
import type { KeyPair } from "../../encryption/key-pair";
import { FunctionMetrics } from "../../functions/decrypt-customer-input/metrics";
import { type EmbeddedMetrics, readEmbeddedMetrics } from "../../simulator/embedded-metrics";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { keyPairSetting, only, readStack, type Synthesized, synthesizeWith } from "../support/stack";

const DAY = 86_400_000;
const ALARM = {
  "function-errors": 2,
  throttles: 3,
  duration: 6000,
  "tampered-message": 4,
  "unknown-key-id": 5,
  "failed-calls": 12.5,
};

const folder = temporaryFolder();
let stack: Synthesized;
let expiryTime: number;
beforeAll(async () => {
  const pair = await smallKeyPair();
  const old: KeyPair = { ...pair, certificate: await certificateFor(pair, { toDay: 40 }) };
  // the second name starts with a digit, as a date does
  const keyPairs = [keyPairSetting(folder, "old", old), keyPairSetting(folder, "2027-05", await smallKeyPair())];
  const alarms = {
    emails: ["ops@example.com", "o'neil+ivr@example.com"],
    functionErrors: 2,
    throttles: 3,
    durationMilliseconds: 6000,
    tamperedMessages: 4,
    unknownKeys: 5,
    failedCallsPercent: 12.5,
    failedCallsMinimum: 7,
  };
  stack = readStack(await synthesizeWith(folder, pair, { region: "eu-west-2", stage: "prod", keyPairs, alarms }));
  const dates = stack.output.certificate_expiry_dates?.value as Record<string, string>;
  expiryTime = Date.parse(dates.old as string);
}, 60_000);

const all = (type: string) => Object.values(stack.resource[type] ?? {});
const statements = (policy: unknown) => JSON.parse(String(policy)).Statement;
const reference = (type: string, attribute: string) =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.[\\w-]+\\.${attribute}\\}$`));
const arn = (pattern: string) => expect.stringMatching(new RegExp(`^arn:\\$\\{[^}]*partition\\}:${pattern}$`));

describe("the topic", () => {
  it("is encrypted with its own KMS key, which only alarms and reminders can use", () => {
    expect(only(stack, "aws_sns_topic")).toMatchObject({
      name: "secure-ivr-prod-alarms",
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.monitoring_topic_key/),
    });
    expect(only(stack, "aws_kms_alias", "monitoring").name).toBe("alias/secure-ivr-prod-alarms");
    const key = only(stack, "aws_kms_key", "monitoring");
    expect(key.enable_key_rotation).toBe(true);
    const [administration, ...uses] = statements(key.policy);
    expect(administration.Condition).toBeUndefined();
    expect(administration.Action.join()).not.toMatch(/crypt|DataKey|CreateGrant|kms:\*|Create\*/i);
    expect(uses).toEqual([
      {
        Sid: "AlarmsOfThisAccount",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": reference("data.aws_caller_identity", "account_id") } },
      },
      {
        Sid: "RemindersAlone",
        Effect: "Allow",
        Principal: administration.Principal,
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": arn("iam::\\$\\{[^}]*\\}:role/secure-ivr-prod-eu-west-2-expiry-reminders") },
        },
      },
    ]);
  });

  it("accepts alarms of this stack", () => {
    expect(statements(only(stack, "aws_sns_topic_policy").policy)).toEqual([
      {
        Sid: "AlarmsOfThisStack",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: reference("aws_sns_topic", "arn"),
        Condition: {
          StringEquals: { "aws:SourceAccount": reference("data.aws_caller_identity", "account_id") },
          ArnLike: { "aws:SourceArn": arn("cloudwatch:eu-west-2:\\$\\{[^}]*\\}:alarm:secure-ivr-prod-\\*") },
        },
      },
    ]);
  });

  it("sends e-mails to the configured addresses, and is an output", () => {
    const subscribed = all("aws_sns_topic_subscription").map(({ protocol, endpoint }) => [protocol, endpoint]);
    expect(subscribed.sort()).toEqual([
      ["email", "o'neil+ivr@example.com"],
      ["email", "ops@example.com"],
    ]);
    expect(stack.output.alarm_topic_arn?.value).toEqual(reference("aws_sns_topic", "arn"));
  });
});

describe("reminders", () => {
  const schedules = () => new Map(all("aws_scheduler_schedule").map((schedule) => [schedule.name, schedule]));

  it("are scheduled 60, 30, 7 and 1 days before, except for days in the past", () => {
    expect([...schedules().keys()].sort()).toEqual([
      "2027-05-1-days",
      "2027-05-30-days",
      "2027-05-60-days",
      "2027-05-7-days",
      "old-1-days",
      "old-30-days",
      "old-7-days",
    ]);
    for (const days of [30, 7, 1]) {
      const at = new Date(expiryTime - days * DAY).toISOString().replace(/\.\d+Z$/, "");
      expect(schedules().get(`old-${days}-days`)).toMatchObject({
        schedule_expression: `at(${at})`,
        schedule_expression_timezone: "UTC",
        flexible_time_window: { mode: "OFF" },
        group_name: expect.stringMatching(/^\$\{aws_scheduler_schedule_group\.[\w-]+\.name\}$/),
      });
    }
  });

  it("name the certificate, its expiry date and what to do", () => {
    const target = schedules().get("old-1-days")?.target as { arn: string; role_arn: string; input: string };
    expect(target.arn).toEqual(arn("scheduler:::aws-sdk:sns:publish"));
    expect(target.role_arn).toMatch(/^\$\{aws_iam_role\.monitoring_expiry-reminders_role/);
    const input = JSON.parse(target.input);
    expect(Object.keys(input)).toEqual(["TopicArn", "Subject", "Message"]);
    expect(input.Subject).toBe("secure-ivr-prod: certificate old expires in 1 day");
    expect(input.Message).toContain(new Date(expiryTime).toISOString());
    expect(input.Message).toContain('run "npm run ivr -- keys rotate" and follow docs/key-rotation.md');
    for (const { target } of all("aws_scheduler_schedule")) {
      const { Subject } = JSON.parse((target as { input: string }).input);
      expect(Subject).toMatch(/^[ -~]{1,99}$/);
    }
  });

  it("can publish to this topic and use its key, only for the schedules of this group", () => {
    const role = only(stack, "aws_iam_role", "monitoring");
    expect(role.name).toBe("secure-ivr-prod-eu-west-2-expiry-reminders");
    expect(statements(role.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": reference("data.aws_caller_identity", "account_id") },
          ArnEquals: {
            "aws:SourceArn": arn("scheduler:eu-west-2:\\$\\{[^}]*\\}:schedule-group/secure-ivr-prod-expiry-reminders"),
          },
        },
      },
    ]);
    expect(only(stack, "aws_scheduler_schedule_group").name).toBe("secure-ivr-prod-expiry-reminders");
    expect(statements(only(stack, "aws_iam_role_policy", "monitoring").policy)).toEqual([
      { Effect: "Allow", Sid: "PublishReminders", Action: "sns:Publish", Resource: reference("aws_sns_topic", "arn") },
      {
        Effect: "Allow",
        Sid: "EncryptReminders",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: expect.stringMatching(/^\$\{aws_kms_key\.monitoring_topic_key_\w+\.arn\}$/),
      },
    ]);
  });
});

describe("alarms", () => {
  const alarms = () =>
    new Map(all("aws_cloudwatch_metric_alarm").map((alarm) => [String(alarm.alarm_name).slice(16), alarm]));

  it.each(Object.entries(ALARM))(
    "%s has its threshold and a description, and notifies the topic",
    (name, threshold) => {
      const alarm = alarms().get(name);
      expect(alarm).toMatchObject({
        threshold,
        comparison_operator: "GreaterThanOrEqualToThreshold",
        treat_missing_data: "notBreaching",
        alarm_actions: [reference("aws_sns_topic", "arn")],
      });
      expect(String(alarm?.alarm_description)).toMatch(/^.{50,1024}$/);
    },
  );

  it("watch the function, and its errors by code", () => {
    const lambda = { FunctionName: expect.stringMatching(/^\$\{aws_lambda_function\./) };
    const service = { service: "decrypt-customer-input", stage: "prod" };
    const watched = [...alarms()].map(([name, { namespace, metric_name, dimensions, statistic }]) => [
      name,
      namespace && [namespace, metric_name, dimensions, statistic],
    ]);
    expect(Object.fromEntries(watched)).toMatchObject({
      "function-errors": ["AWS/Lambda", "Errors", lambda, "Sum"],
      throttles: ["AWS/Lambda", "Throttles", lambda, "Sum"],
      duration: ["AWS/Lambda", "Duration", lambda, "Maximum"],
      "tampered-message": [METRIC_NAMESPACE, "Faults", { ...service, errorCode: "tampered-message" }, "Sum"],
      "unknown-key-id": [METRIC_NAMESPACE, "Faults", { ...service, errorCode: "unknown-key-id" }, "Sum"],
    });
  });

  it("compute the percentage of failed calls, if there are enough calls", () => {
    const queries = alarms().get("failed-calls")?.metric_query as {
      id: string;
      expression?: string;
      return_data?: boolean;
      metric?: { metric_name: string; dimensions: Record<string, string> };
    }[];
    expect(queries.flatMap(({ metric }) => (metric ? [metric.dimensions.outcome] : []))).toEqual([...OUTCOMES]);
    expect(queries.flatMap(({ id, expression }) => (expression ? [[id, expression]] : []))).toEqual([
      ["failed", "FILL(attempts_exhausted, 0) + FILL(unavailable, 0)"],
      [
        "all",
        "FILL(accepted, 0) + FILL(declined, 0) + FILL(attempts_exhausted, 0) + FILL(agent_requested, 0) + FILL(unavailable, 0)",
      ],
      ["percent", "IF(all >= 7, 100 * failed / all, 0)"],
    ]);
    expect(queries.filter((query) => query.return_data).map(({ id }) => id)).toEqual(["percent"]);
  });

  it("show that a retiring key is in use, without a notification", () => {
    expect([...alarms().keys()].sort()).toEqual([...Object.keys(ALARM), "key-usage-old"].sort());
    expect(alarms().get("key-usage-old")).toMatchObject({
      namespace: "AWS/Connect",
      metric_name: "PublicSigningKeyUsage",
      dimensions: {
        InstanceId: reference("data.aws_connect_instance", "id"),
        SigningKeyId: expect.stringMatching(/key-pair-old.*AssociationId/),
      },
      statistic: "Sum",
      comparison_operator: "GreaterThanThreshold",
      threshold: 0,
      period: 3600,
      evaluation_periods: 24,
      datapoints_to_alarm: 1,
      alarm_actions: [],
      alarm_description: expect.stringContaining("Do not start step 3 of the rotation yet."),
    });
  });
});

describe("the dashboard", () => {
  type Row = (string | { expression?: string; id?: string; visible?: boolean })[];
  interface Body {
    widgets: {
      type: string;
      x: number;
      width: number;
      properties: { title: string; alarms?: string[]; metrics?: Row[]; region?: string };
    }[];
  }
  const body = (): Body => JSON.parse(String(only(stack, "aws_cloudwatch_dashboard").dashboard_body));
  const widget = (title: string) =>
    body().widgets.find(({ properties }) => properties.title.startsWith(title))?.properties;
  const expressions = (title: string) =>
    widget(title)?.metrics?.flatMap((row) =>
      row.flatMap((part) => (typeof part === "string" ? [] : (part.expression ?? []))),
    );

  it("fits its columns and shows every alarm", () => {
    expect(body().widgets.filter(({ x, width }) => x + width > 24)).toEqual([]);
    expect(widget("Alarms")?.alarms).toHaveLength(7);
    expect(widget("Alarms")?.alarms?.join()).toContain("key-usage-old");
  });

  it("shows metrics that exist, with exactly their dimensions", () => {
    const known = new Map<string, string[]>([
      ...Object.keys(FUNCTION_METRICS).map((name): [string, string[]] => [
        `${METRIC_NAMESPACE} ${name}`,
        ["service", "stage", ...FUNCTION_METRICS[name as FunctionMetricName]],
      ]),
      ...["Errors", "Duration", "Invocations"].map((name): [string, string[]] => [
        `AWS/Lambda ${name}`,
        ["FunctionName"],
      ]),
      ["AWS/Connect PublicSigningKeyUsage", ["InstanceId", "SigningKeyId"]],
    ]);
    const rows = body().widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const shown = rows.map((row) => row.filter((part) => typeof part === "string")).filter(({ length }) => length > 0);
    expect(shown.length).toBeGreaterThan(10);
    for (const [namespace, name, ...dimensions] of shown) {
      expect([name, dimensions.filter((_, index) => index % 2 === 0)]).toEqual([
        name,
        known.get(`${namespace} ${name}`),
      ]);
    }
    expect(expressions("Errors by error code")).toEqual([
      `FILL(SEARCH('{ConnectSecureIvr,service,stage,errorCode} MetricName="Faults" service="decrypt-customer-input" stage="prod"', 'Sum', 300), 0)`,
    ]);
  });

  it("computes the remaining days whenever it is shown", () => {
    expect(expressions("Days until")).toEqual([
      `FLOOR((${expiryTime / 1000} - EPOCH(TIME_SERIES(1))) / 86400)`,
      expect.stringMatching(/^FLOOR\(\(\d{10} - EPOCH\(TIME_SERIES\(1\)\)\) \/ 86400\)$/),
    ]);
  });
});

it("uses the same metrics as the function publishes", () => {
  const written = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  const metrics = new FunctionMetrics("prod");
  metrics.checked("check", "timeout");
  metrics.failed("unexpected");
  metrics.ended("accepted");
  metrics.invoked({ decrypted: 1, keyCacheMisses: 1, staleSecrets: 1, operation: "check", milliseconds: 1 });
  const lines = written.mock.calls.map(([text]) => JSON.parse(String(text)));
  written.mockRestore();
  const reported = lines.flatMap((entry) => {
    const { namespace, dimensions, metrics } = readEmbeddedMetrics(entry) as EmbeddedMetrics;
    expect([namespace, dimensions.service, dimensions.stage]).toEqual([METRIC_NAMESPACE, SERVICE, "prod"]);
    const specific = Object.keys(dimensions).filter((name) => !["service", "stage"].includes(name));
    return Object.keys(metrics).map((name) => [name, specific]);
  });
  expect(Object.fromEntries(reported)).toEqual(FUNCTION_METRICS);
});
