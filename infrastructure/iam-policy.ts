/** One statement of an IAM policy or of a resource's policy. */
export interface IamStatement {
  Sid?: string;
  /** default: `Allow` */
  Effect?: "Allow" | "Deny";
  /** only in trust policies and in policies of resources */
  Principal?: "*" | { AWS: string } | { Federated: string } | { Service: string };
  Action: string | readonly string[];
  /** missing only in trust policies */
  Resource?: string | readonly string[];
  Condition?: IamConditions;
}

/** Values by condition key, by operator. */
export type IamConditions = {
  readonly [Operator in ConditionOperator]?: Readonly<Record<string, string | readonly string[]>>;
};

type ConditionOperator = "ArnEquals" | "ArnLike" | "Bool" | "Null" | "StringEquals";

/** A policy document with these statements, as JSON. */
export function policyDocument(...statements: IamStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

/** All actions on a KMS key, except those that use it and `CreateGrant`, which would let others use it. */
export const KMS_ADMINISTRATION_ACTIONS = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:Describe*",
  "kms:Disable*",
  "kms:Enable*",
  "kms:Get*",
  "kms:List*",
  "kms:Put*",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:Update*",
];
