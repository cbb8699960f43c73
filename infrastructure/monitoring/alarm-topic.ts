import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { DeploymentAccount } from "../deployment-account";
import { KMS_ADMINISTRATION_ACTIONS, policyDocument } from "../iam-policy";

/**
 * The KMS actions that SNS performs with the permissions of a publisher: an AWS service, or a role. Source: "Key
 * management" in SNS's developer guide.
 */
const SERVICE_KEY_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey*"];
export const ROLE_KEY_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];

export interface AlarmTopicProps {
  /** the first part of the alarms' names */
  stackName: string;
  account: DeploymentAccount;
  /**
   * The role that publishes reminders. A composed ARN: a reference to the role would be a cycle, because the role's policy
   * refers to the topic's key.
   */
  reminderRoleArn: string;
  emails: readonly string[];
}

/** An encrypted SNS topic that sends alarms and reminders by e-mail. */
export class AlarmTopic extends Construct {
  readonly arn: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { stackName, account, reminderRoleArn, emails }: AlarmTopicProps) {
    super(scope, id);
    const name = `${stackName}-alarms`;
    const delegatedToIam = { AWS: account.iamArn("root") };
    const alarmsOfAccount = { StringEquals: { "aws:SourceAccount": account.id } };
    // CloudWatch cannot use SNS's AWS managed key, and should not be able to use the stack's key for secrets.
    const key = new KmsKey(this, "key", {
      description: "Encrypts alarms and reminders of the secure IVR in SNS",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyDocument(
        {
          Sid: "AccountAdministers",
          Principal: delegatedToIam,
          Action: KMS_ADMINISTRATION_ACTIONS,
          Resource: "*",
        },
        {
          Sid: "AlarmsOfThisAccount",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: SERVICE_KEY_ACTIONS,
          Resource: "*",
          Condition: alarmsOfAccount,
        },
        {
          Sid: "RemindersAlone",
          Principal: delegatedToIam,
          Action: ROLE_KEY_ACTIONS,
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": reminderRoleArn } },
        },
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    const topic = new SnsTopic(this, "topic", { name, kmsMasterKeyId: key.arn });
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policyDocument({
        Sid: "AlarmsOfThisStack",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topic.arn,
        Condition: {
          ...alarmsOfAccount,
          ArnLike: { "aws:SourceArn": account.arn("cloudwatch", `alarm:${stackName}-*`) },
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
