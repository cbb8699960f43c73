import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Construct } from "constructs";
import type { Account } from "../account";
import { policy } from "../iam-policy";
import type { InputKey } from "../keys/input-key";
import { type AlarmTopic, ROLES_KEY_ACTIONS } from "./alarm-topic";

/** before a certificate ends */
const DAYS_BEFORE = [60, 30, 7, 1];
const DAY_MILLISECONDS = 86_400_000;

export interface ExpiryRemindersProps {
  stackName: string;
  roleName: string;
  permissionsBoundary: string | undefined;
  account: Account;
  topic: AlarmTopic;
  inputKeys: readonly InputKey[];
  /** what would have been due by now is left out */
  now: Date;
}

/** Mails of their own accord, well before a certificate ends and Connect can no longer encrypt under it. */
export class ExpiryReminders extends Construct {
  constructor(scope: Construct, id: string, props: ExpiryRemindersProps) {
    super(scope, id);
    const { stackName, account, topic, inputKeys, now } = props;
    const groupName = `${stackName}-expiry-reminders`;
    const group = new SchedulerScheduleGroup(this, "group", { name: groupName });
    const role = new IamRole(this, "role", {
      name: props.roleName,
      assumeRolePolicy: policy({
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": account.id },
          ArnEquals: {
            "aws:SourceArn": `arn:${account.partition}:scheduler:${account.region}:${account.id}:schedule-group/${groupName}`,
          },
        },
      }),
      permissionsBoundary: props.permissionsBoundary,
    });
    const rolePolicy = new IamRolePolicy(this, "policy", {
      name: "publish-reminders",
      role: role.name,
      policy: policy(
        { Sid: "PublishReminders", Action: "sns:Publish", Resource: topic.arn },
        { Sid: "EncryptReminders", Action: ROLES_KEY_ACTIONS, Resource: topic.keyArn },
      ),
    });
    for (const { keyPairName, certificateExpiryDate } of inputKeys) {
      for (const { days, at } of remindersBefore(certificateExpiryDate, now)) {
        const name = `${keyPairName}-${days}-days`;
        new SchedulerSchedule(this, name, {
          name,
          groupName: group.name,
          description: `The certificate of the key pair ${keyPairName} ends ${inDays(days)} later`,
          scheduleExpression: `at(${at})`,
          scheduleExpressionTimezone: "UTC",
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: `arn:${account.partition}:scheduler:::aws-sdk:sns:publish`,
            roleArn: role.arn,
            input: JSON.stringify({
              TopicArn: topic.arn,
              Subject: `${stackName}: certificate ${keyPairName} ends in ${inDays(days)}`,
              Message: message(stackName, keyPairName, certificateExpiryDate, days),
            }),
          },
          dependsOn: [rolePolicy],
        });
      }
    }
  }
}

/** Those that are still to come, as EventBridge Scheduler writes a time. */
function remindersBefore(end: string, now: Date): { days: number; at: string }[] {
  return DAYS_BEFORE.map((days) => ({ days, due: new Date(Date.parse(end) - days * DAY_MILLISECONDS) }))
    .filter(({ due }) => due > now)
    .map(({ days, due }) => ({ days, at: due.toISOString().slice(0, "yyyy-mm-ddThh:mm:ss".length) }));
}

const inDays = (days: number) => (days === 1 ? "1 day" : `${days} days`);

function message(stackName: string, keyPairName: string, end: string, days: number): string {
  return [
    `The certificate of the key pair "${keyPairName}" of the stack ${stackName} ends in ${inDays(days)}, at ${end}.`,
    "From then on Amazon Connect cannot encrypt under it, and no caller's input is taken.",
    "",
    'First thing to do: run "npm run ivr -- keys rotate" and follow docs/key-rotation.md.',
    "If the flow encrypts under another key pair already, take this one out of the configuration and deploy.",
  ].join("\n");
}
