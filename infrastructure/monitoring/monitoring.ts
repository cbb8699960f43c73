import { Construct } from "constructs";
import type { AlarmSettings } from "../../settings/alarm-settings";
import type { DeploymentAccount } from "../deployment-account";
import type { InputKey } from "../keys/input-key";
import { AlarmTopic } from "./alarm-topic";
import { Alarms } from "./alarms";
import { Dashboard } from "./dashboard";
import { ExpiryReminders } from "./expiry-reminders";

export interface MonitoringProps {
  stackName: string;
  /** for resources whose names are unique in all Regions of the account */
  globalName: string;
  stage: string;
  account: DeploymentAccount;
  functionName: string;
  instanceId: string;
  inputKeys: readonly InputKey[];
  /** the key that the flow encrypts with */
  currentKey: InputKey;
  settings: AlarmSettings;
  /** ARN of a policy that limits the permissions of the role that publishes reminders */
  permissionsBoundary: string | undefined;
  now: Date;
}

/** Alarms, the topic that they notify, reminders before certificates expire, and the dashboard. */
export class Monitoring extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { stackName, globalName, stage, account, functionName, instanceId, inputKeys, currentKey, settings, now } =
      props;
    const reminderRoleName = `${globalName}-expiry-reminders`;
    const topic = new AlarmTopic(this, "topic", {
      stackName,
      account,
      reminderRoleArn: account.iamArn(`role/${reminderRoleName}`),
      emails: settings.emails,
    });
    new ExpiryReminders(this, "expiry-reminders", {
      stackName,
      roleName: reminderRoleName,
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
      // A rotation removes the key pairs before the current one.
      retiringKeys: inputKeys.slice(0, inputKeys.indexOf(currentKey)),
    });
    new Dashboard(this, "dashboard", {
      name: globalName,
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
