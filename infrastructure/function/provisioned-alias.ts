import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission, type LambdaPermissionConfig } from "@cdktf/provider-aws/lib/lambda-permission";
import { LambdaProvisionedConcurrencyConfig } from "@cdktf/provider-aws/lib/lambda-provisioned-concurrency-config";
import { Construct } from "constructs";

/** When the option is turned off, Terraform then updates the flow before it deletes the alias. */
const CREATE_BEFORE_DESTROY = { createBeforeDestroy: true };

export interface ProvisionedAliasProps {
  /** must publish versions: `$LATEST` does not support provisioned concurrency */
  lambda: LambdaFunction;
  /** number of execution environments that are always initialized */
  concurrency: number;
  /** the function's permission for Connect; the alias needs its own copy */
  invocation: LambdaPermissionConfig;
  instanceId: string;
}

/** An alias of the function's latest version, with provisioned concurrency. */
export class ProvisionedAlias extends Construct {
  readonly arn: string;
  readonly permission: LambdaPermission;

  constructor(scope: Construct, id: string, { lambda, concurrency, invocation, instanceId }: ProvisionedAliasProps) {
    super(scope, id);
    const alias = new LambdaAlias(this, "alias", {
      name: "live",
      description: "The version that Amazon Connect invokes",
      functionName: lambda.functionName,
      functionVersion: lambda.version,
      lifecycle: CREATE_BEFORE_DESTROY,
    });
    new LambdaProvisionedConcurrencyConfig(this, "concurrency", {
      functionName: alias.functionName,
      qualifier: alias.name,
      provisionedConcurrentExecutions: concurrency,
    });
    this.permission = new LambdaPermission(this, "connect-may-invoke", {
      ...invocation,
      // When the instance changes, the new permission is created while the old one exists. Their ids must differ.
      statementId: `${invocation.statementId}-${instanceId}`,
      qualifier: alias.name,
      lifecycle: CREATE_BEFORE_DESTROY,
    });
    this.arn = alias.arn;
  }
}
