import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { Account } from "./account";

export interface EncryptionKeyProps {
  /** alias of the key, without `alias/` */
  name: string;
  account: Account;
  /** the log group that CloudWatch Logs may encrypt */
  logGroupName: string;
}

/** The KMS key of the stack: it encrypts the secrets in Parameter Store and the function's logs. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, account, logGroupName }: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      description: "Private keys of Amazon Connect customer input, and the logs of the function that uses them",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      // In a key's policy the resource "*" is this key alone.
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountDecidesByIam",
            Effect: "Allow",
            Principal: { AWS: `arn:${account.partition}:iam::${account.id}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Sid: "LogsOfTheFunctionAlone",
            Effect: "Allow",
            Principal: { Service: `logs.${account.region}.amazonaws.com` },
            Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            Resource: "*",
            Condition: {
              ArnEquals: {
                "kms:EncryptionContext:aws:logs:arn": `arn:${account.partition}:logs:${account.region}:${account.id}:log-group:${logGroupName}`,
              },
            },
          },
        ],
      }),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
