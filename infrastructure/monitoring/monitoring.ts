import { Construct } from "constructs";
import type { AlarmSettings } from "../../settings/alarm-settings";
import type { Account } from "../account";
import type { InputKey } from "../keys/input-key";
import { retiring } from "../keys/retiring";
import { AlarmTopic } from "./alarm-topic";
import { Alarms } from "./alarms";
import { Dashboard } from "./dashboard";
import { ExpiryReminders } from "./expiry-reminders";

export interface MonitoringProps {
  stackName: string;
  stage: string;
  account: Account;
  functionName: string;
  instanceId: string;
  inputKeys: readonly InputKey[];
  /** the key that the flow encrypts under */
  current: InputKey;
  settings: AlarmSettings;
  /** ARN of a policy, for the role that publishes reminders */
  permissionsBoundary: string | undefined;
  now: Date;
}

/** All that tells how the IVR is doing, and that something is to be done. */
export class Monitoring extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { stackName, stage, account, functionName, instanceId, inputKeys, current, settings, now } = props;
    const roleName = `${stackName}-expiry-reminders`;
    const topic = new AlarmTopic(this, "topic", {
      stackName,
      account,
      reminderRoleArn: `arn:${account.partition}:iam::${account.id}:role/${roleName}`,
      emails: settings.emails,
    });
    new ExpiryReminders(this, "expiry-reminders", {
      stackName,
      roleName,
      permissionsBoundary: props.permissionsBoundary,
      account,
      topic,
      inputKeys,
      now,
    });
    const alarms = new Alarms(this, "alarms", {
      stackName,
      stage,
      functionName,
      instanceId,
      topicArn: topic.arn,
      thresholds: settings,
      retiringKeys: retiring(inputKeys, current),
    });
    new Dashboard(this, "dashboard", {
      name: stackName,
      region: account.region,
      stage,
      functionName,
      instanceId,
      inputKeys,
      alarmArns: alarms.arns,
    });
    this.topicArn = topic.arn;
  }
}
