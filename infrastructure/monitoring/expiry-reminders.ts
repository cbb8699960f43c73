import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Construct } from "constructs";
import type { DeploymentAccount } from "../deployment-account";
import { policyDocument } from "../iam-policy";
import type { InputKey } from "../keys/input-key";
import { type AlarmTopic, ROLE_KEY_ACTIONS } from "./alarm-topic";

/** days before a certificate expires */
const REMINDER_DAYS = [60, 30, 7, 1];
const DAY_MILLISECONDS = 86_400_000;

/** When the role gets another name, the reminders use the new role before Terraform deletes the old one. */
const CREATE_BEFORE_DESTROY = { createBeforeDestroy: true };

export interface ExpiryRemindersProps {
  stackName: string;
  roleName: string;
  permissionsBoundary: string | undefined;
  account: DeploymentAccount;
  topic: AlarmTopic;
  inputKeys: readonly InputKey[];
  /** reminders that were due before this time are left out */
  now: Date;
}

/** Sends e-mails before a certificate expires. After that, Connect cannot encrypt with it. */
export class ExpiryReminders extends Construct {
  constructor(scope: Construct, id: string, props: ExpiryRemindersProps) {
    super(scope, id);
    const { stackName, account, topic, inputKeys, now } = props;
    const groupName = `${stackName}-expiry-reminders`;
    const group = new SchedulerScheduleGroup(this, "group", { name: groupName });
    const role = new IamRole(this, "role", {
      name: props.roleName,
      assumeRolePolicy: policyDocument({
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": account.id },
          ArnEquals: { "aws:SourceArn": account.arn("scheduler", `schedule-group/${groupName}`) },
        },
      }),
      permissionsBoundary: props.permissionsBoundary,
      lifecycle: CREATE_BEFORE_DESTROY,
    });
    const rolePolicy = new IamRolePolicy(this, "policy", {
      name: "publish-reminders",
      role: role.name,
      policy: policyDocument(
        { Sid: "PublishReminders", Action: "sns:Publish", Resource: topic.arn },
        { Sid: "EncryptReminders", Action: ROLE_KEY_ACTIONS, Resource: topic.keyArn },
      ),
      lifecycle: CREATE_BEFORE_DESTROY,
    });
    for (const { keyPairName, certificateExpiryDate } of inputKeys) {
      for (const { days, at } of remindersBefore(certificateExpiryDate, now)) {
        const name = `${keyPairName}-${days}-days`;
        new SchedulerSchedule(this, name, {
          name,
          groupName: group.name,
          description: `Reminder ${inWords(days)} before the certificate of the key pair ${keyPairName} expires`,
          scheduleExpression: `at(${at})`,
          scheduleExpressionTimezone: "UTC",
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: account.schedulerTargetArn("sns:publish"),
            roleArn: role.arn,
            input: JSON.stringify({
              TopicArn: topic.arn,
              Subject: `${stackName}: certificate ${keyPairName} expires in ${inWords(days)}`,
              Message: message(stackName, keyPairName, certificateExpiryDate, days),
            }),
          },
          dependsOn: [rolePolicy],
        });
      }
    }
  }
}

/** The reminders that are due after `now`, with times in EventBridge Scheduler's format. */
function remindersBefore(expiryDate: string, now: Date): { days: number; at: string }[] {
  return REMINDER_DAYS.map((days) => ({ days, due: new Date(Date.parse(expiryDate) - days * DAY_MILLISECONDS) }))
    .filter(({ due }) => due > now)
    .map(({ days, due }) => ({ days, at: due.toISOString().slice(0, "yyyy-mm-ddThh:mm:ss".length) }));
}

const inWords = (days: number) => (days === 1 ? "1 day" : `${days} days`);

function message(stackName: string, keyPairName: string, expiryDate: string, days: number): string {
  return [
    `The certificate of the key pair "${keyPairName}" of the stack ${stackName} expires in ${inWords(days)}, at ${expiryDate}.`,
    "After that, Amazon Connect cannot encrypt with it, and callers cannot enter card data.",
    "",
    'What to do: run "npm run ivr -- keys rotate" and follow docs/key-rotation.md.',
    "If the flow already encrypts with another key pair, remove this one from the configuration and deploy.",
  ].join("\n");
}
