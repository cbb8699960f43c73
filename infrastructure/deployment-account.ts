import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamSessionContext } from "@cdktf/provider-aws/lib/data-aws-iam-session-context";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct } from "constructs";

/** The AWS account and Region that the stack is deployed to, and ARNs in them. */
export class DeploymentAccount extends Construct {
  readonly id: string;
  readonly #partition: string;
  readonly #callerArn: string;

  constructor(
    scope: Construct,
    id: string,
    readonly region: string,
  ) {
    super(scope, id);
    const caller = new DataAwsCallerIdentity(this, "caller");
    this.id = caller.accountId;
    this.#callerArn = caller.arn;
    this.#partition = new DataAwsPartition(this, "partition").partition;
  }

  /** ARN of a resource in this account and Region. */
  arn(service: string, resource: string): string {
    return `arn:${this.#partition}:${service}:${this.region}:${this.id}:${resource}`;
  }

  /** ARN of a role, a user or `root`. IAM has no Regions. */
  iamArn(resource: string): string {
    return `arn:${this.#partition}:iam::${this.id}:${resource}`;
  }

  /** ARN of an AWS API that EventBridge Scheduler can call, such as `sns:publish`. */
  schedulerTargetArn(api: string): string {
    return `arn:${this.#partition}:scheduler:::aws-sdk:${api}`;
  }

  /**
   * ARN of the role or user that runs Terraform. For a session of an assumed role it is the role's ARN, because the
   * session's own ARN is different each time.
   */
  callerArn(): string {
    return new DataAwsIamSessionContext(this, "session", { arn: this.#callerArn }).issuerArn;
  }
}
