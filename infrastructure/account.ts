import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamSessionContext } from "@cdktf/provider-aws/lib/data-aws-iam-session-context";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct } from "constructs";

/** Where the stack is deployed, in the parts that ARNs are made of. */
export class Account extends Construct {
  readonly id: string;
  readonly partition: string;
  readonly #arn: string;

  constructor(
    scope: Construct,
    id: string,
    readonly region: string,
  ) {
    super(scope, id);
    const caller = new DataAwsCallerIdentity(this, "caller");
    this.id = caller.accountId;
    this.#arn = caller.arn;
    this.partition = new DataAwsPartition(this, "partition").partition;
  }
  /** Role or user of whoever runs Terraform: of a role's session, which is another one each time, the role. */
  callerArn(): string {
    return new DataAwsIamSessionContext(this, "session", { arn: this.#arn }).issuerArn;
  }
}
