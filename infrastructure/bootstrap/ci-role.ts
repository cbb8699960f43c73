import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { policyDocument } from "../iam-policy";

/** Issuer of GitHub's tokens, without `https://`: the prefix of the condition keys of their claims. */
export const GITHUB_ISSUER = "token.actions.githubusercontent.com";
export const GITHUB_AUDIENCE = "sts.amazonaws.com";

export interface CiRoleProps {
  name: string;
  description: string;
  oidcProviderArn: string;
  /** accepted subjects of GitHub's token, see https://docs.github.com/actions/reference/security/oidc */
  subjects: readonly string[];
  /** the only branch whose workflows may assume the role, where the subject does not name one */
  branch?: string;
  /** policy documents */
  policies: readonly string[];
}

/** A role that workflows of one repository can assume, without a stored credential. */
export class CiRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CiRoleProps) {
    super(scope, id);
    const { name, description, oidcProviderArn, subjects, branch, policies } = props;
    const role = new IamRole(this, "role", {
      name,
      description,
      assumeRolePolicy: policyDocument({
        Principal: { Federated: oidcProviderArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${GITHUB_ISSUER}:aud`]: GITHUB_AUDIENCE,
            [`${GITHUB_ISSUER}:sub`]: subjects,
            ...(branch && { [`${GITHUB_ISSUER}:ref`]: `refs/heads/${branch}` }),
          },
        },
      }),
    });
    for (const [index, document] of policies.entries()) {
      const part = policies.length > 1 ? `-${index + 1}` : "";
      const policy = new IamPolicy(this, `policy${part}`, { name: `${name}${part}`, policy: document });
      new IamRolePolicyAttachment(this, `attachment${part}`, { role: role.name, policyArn: policy.arn });
    }
    this.arn = role.arn;
  }
}
