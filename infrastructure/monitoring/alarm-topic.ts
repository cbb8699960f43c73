import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { Account } from "../account";
import { policy } from "../iam-policy";
import { KEY_ADMINISTRATION } from "../keys/key-administration";

/** What SNS asks KMS for, in the publisher's name: of a service and of a role, as "Key management" in SNS's guide has it. */
const SERVICES_KEY_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey*"];
export const ROLES_KEY_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];

export interface AlarmTopicProps {
  /** the stack's, with which the names of its alarms begin */
  stackName: string;
  account: Account;
  /** the role that publishes reminders, written out: the role's own policy needs this key's ARN first */
  reminderRoleArn: string;
  emails: readonly string[];
}

/** Where alarms and reminders go: an encrypted SNS topic that mails them. */
export class AlarmTopic extends Construct {
  readonly arn: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { stackName, account, reminderRoleArn, emails }: AlarmTopicProps) {
    super(scope, id);
    const name = `${stackName}-alarms`;
    const anyoneInAccount = { AWS: `arn:${account.partition}:iam::${account.id}:root` };
    const alarmsOfAccount = { StringEquals: { "aws:SourceAccount": account.id } };
    // CloudWatch cannot use SNS's own KMS key, and no key of secrets should be open to it.
    const key = new KmsKey(this, "key", {
      description: "Alarms and reminders of the secure IVR on their way through SNS",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policy(
        { Sid: "AccountAdministers", Principal: anyoneInAccount, Action: KEY_ADMINISTRATION, Resource: "*" },
        {
          Sid: "AlarmsOfThisAccount",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: SERVICES_KEY_ACTIONS,
          Resource: "*",
          Condition: alarmsOfAccount,
        },
        {
          Sid: "RemindersAlone",
          Principal: anyoneInAccount,
          Action: ROLES_KEY_ACTIONS,
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": reminderRoleArn } },
        },
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    const topic = new SnsTopic(this, "topic", { name, kmsMasterKeyId: key.arn });
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policy({
        Sid: "AlarmsOfThisStack",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topic.arn,
        Condition: {
          ...alarmsOfAccount,
          ArnLike: {
            "aws:SourceArn": `arn:${account.partition}:cloudwatch:${account.region}:${account.id}:alarm:${stackName}-*`,
          },
        },
      }),
    });
    for (const email of emails) {
      new SnsTopicSubscription(this, `email-${email}`, { topicArn: topic.arn, protocol: "email", endpoint: email });
    }
    this.arn = topic.arn;
    this.keyArn = key.arn;
  }
}
