import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { DeploymentAccount } from "../deployment-account";
import { KMS_ADMINISTRATION_ACTIONS, policyDocument } from "../iam-policy";

export interface EncryptionKeyProps {
  /** the key's alias, without `alias/` */
  name: string;
  account: DeploymentAccount;
  /** the only log group that CloudWatch Logs may encrypt */
  logGroupName: string;
  /**
   * The function's role, which may decrypt parameters, also under its earlier name. Composed ARNs: both roles exist only
   * while an apply replaces one by the other.
   */
  functionRoleArns: readonly string[];
  /** roles and users that deploy or plan: the AWS provider writes parameters, and reads them decrypted at each refresh */
  deployerArns: readonly string[];
}

/**
 * The stack's KMS key. It encrypts the secrets in Parameter Store, the function's environment and the function's logs.
 *
 * Administrators of the key cannot use it. Each use is limited to a named principal by `aws:PrincipalArn`. That principal
 * also needs permission in IAM, because a statement for the account's root only delegates the decision to IAM.
 */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { name, account, logGroupName, functionRoleArns, deployerArns } = props;
    const { region } = account;
    const delegatedToIam = { AWS: account.iamArn("root") };
    const via = (...services: string[]) => ({
      StringEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`) },
    });
    const key = new KmsKey(this, "key", {
      description: "Encrypts the private keys of Amazon Connect customer input, and the function's environment and logs",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      // In a key policy, the resource "*" means this key.
      policy: policyDocument(
        {
          Sid: "AccountAdministers",
          Principal: delegatedToIam,
          Action: KMS_ADMINISTRATION_ACTIONS,
          Resource: "*",
        },
        {
          Sid: "FunctionDecryptsParameters",
          Principal: delegatedToIam,
          Action: "kms:Decrypt",
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": functionRoleArns }, ...via("ssm") },
        },
        {
          Sid: "DeployersWriteAndReadBack",
          Principal: delegatedToIam,
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": deployerArns }, ...via("ssm", "lambda") },
        },
        {
          // Lambda decrypts the function's environment with a grant that it creates with the deployer's permissions.
          Sid: "DeployersLetLambdaDecryptTheEnvironment",
          Principal: delegatedToIam,
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
            ArnEquals: { "kms:EncryptionContext:aws:logs:arn": account.arn("logs", `log-group:${logGroupName}`) },
          },
        },
      ),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
