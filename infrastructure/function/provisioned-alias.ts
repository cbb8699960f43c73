import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission, type LambdaPermissionConfig } from "@cdktf/provider-aws/lib/lambda-permission";
import { LambdaProvisionedConcurrencyConfig } from "@cdktf/provider-aws/lib/lambda-provisioned-concurrency-config";
import { Construct } from "constructs";

/** Where the option is turned off, the flow is to leave the alias before it goes. */
const FLOW_FIRST = { createBeforeDestroy: true };

export interface ProvisionedAliasProps {
  /** publishes versions: `$LATEST` cannot have provisioned concurrency */
  lambda: LambdaFunction;
  /** execution environments that are always started */
  concurrency: number;
  /** who may invoke the function; the alias needs a permission of its own */
  invocation: LambdaPermissionConfig;
  instanceId: string;
}

/** The function's last version, always started, under a name that a flow can ring. */
export class ProvisionedAlias extends Construct {
  readonly arn: string;
  readonly permission: LambdaPermission;

  constructor(scope: Construct, id: string, { lambda, concurrency, invocation, instanceId }: ProvisionedAliasProps) {
    super(scope, id);
    const alias = new LambdaAlias(this, "alias", {
      name: "live",
      description: "What Amazon Connect rings",
      functionName: lambda.functionName,
      functionVersion: lambda.version,
      lifecycle: FLOW_FIRST,
    });
    new LambdaProvisionedConcurrencyConfig(this, "concurrency", {
      functionName: alias.functionName,
      qualifier: alias.name,
      provisionedConcurrentExecutions: concurrency,
    });
    this.permission = new LambdaPermission(this, "connect-may-invoke", {
      ...invocation,
      // Another instance's is made while the old one is still there, and must not have its id.
      statementId: `${invocation.statementId}-${instanceId}`,
      qualifier: alias.name,
      lifecycle: FLOW_FIRST,
    });
    this.arn = alias.arn;
  }
}
