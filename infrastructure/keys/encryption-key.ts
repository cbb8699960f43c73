import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { Account } from "../account";
import { KEY_ADMINISTRATION } from "./key-administration";
import { policy } from "../iam-policy";

export interface EncryptionKeyProps {
  /** alias of the key, without `alias/` */
  name: string;
  account: Account;
  /** the log group that CloudWatch Logs may encrypt */
  logGroupName: string;
  /** the function's role, which may decrypt parameters: written out, as the role's own policy needs this key's ARN first */
  functionRoleArn: string;
  /** who deploys and plans: the AWS provider writes parameters, and reads them back decrypted at every refresh */
  deployerArns: readonly string[];
}

/**
 * The KMS key of the stack: it encrypts the secrets in Parameter Store, the function's environment and its logs. Who
 * administers it cannot use it. Who may use it is named, by `aws:PrincipalArn`, and needs the right in IAM as well: a
 * statement for the account (`…:root`) only lets IAM decide.
 */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { name, account, logGroupName, functionRoleArn, deployerArns } = props;
    const { partition, region } = account;
    const byIam = { AWS: `arn:${partition}:iam::${account.id}:root` };
    const via = (...services: string[]) => ({
      StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`) },
    });
    const key = new KmsKey(this, "key", {
      description: "Private keys of Amazon Connect customer input, and the logs of the function that uses them",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      // In a key's policy the resource "*" is this key alone.
      policy: policy(
        { Sid: "AccountAdministers", Principal: byIam, Action: KEY_ADMINISTRATION, Resource: "*" },
        {
          Sid: "FunctionDecryptsParameters",
          Principal: byIam,
          Action: "kms:Decrypt",
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": functionRoleArn }, ...via("ssm") },
        },
        {
          Sid: "DeployersWriteAndReadBack",
          Principal: byIam,
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": deployerArns }, ...via("ssm", "lambda") },
        },
        {
          // Lambda decrypts the function's environment under a grant that it asks for in the deployer's name.
          Sid: "DeployersLetLambdaDecryptTheEnvironment",
          Principal: byIam,
          Action: "kms:CreateGrant",
          Resource: "*",
          Condition: {
            ArnEquals: { "aws:PrincipalArn": deployerArns },
            Bool: { "kms:GrantIsForAWSResource": "true" },
            ...via("lambda"),
          },
        },
        {
          Sid: "LogsOfTheFunctionAlone",
          Principal: { Service: `logs.${region}.amazonaws.com` },
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
          Resource: "*",
          Condition: {
            ArnEquals: {
              "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account.id}:log-group:${logGroupName}`,
            },
          },
        },
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
