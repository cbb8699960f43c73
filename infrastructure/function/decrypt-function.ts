import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { ConnectLambdaFunctionAssociation } from "@cdktf/provider-aws/lib/connect-lambda-function-association";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { Field } from "../../contract/field";
import type { FunctionEnvironment } from "../../contract/function-environment";
import { PRIVATE_KEY_PARAMETER_PREFIX } from "../../contract/parameter-names";
import type { FunctionOptions } from "../../settings/function-options";
import type { DeploymentAccount } from "../deployment-account";
import { policyDocument } from "../iam-policy";
import type { InputKey } from "../keys/input-key";
import { type FunctionPackage, HANDLER } from "./function-package";
import { functionPermissions } from "./function-permissions";
import type { PaymentSecret } from "./payment-secret";
import { ProvisionedAlias } from "./provisioned-alias";
import { SignedPackage } from "./signed-package";

/** Less than the 8 s that Connect waits, so that the function's own log shows a timeout. */
const TIMEOUT_SECONDS = 7;
const MEMORY_MB = 512;
const LOG_RETENTION_DAYS = 365;
const SECRET_CACHE_SECONDS = 300;

/** When the role gets another name, the function uses the new role before Terraform deletes the old one. */
const CREATE_BEFORE_DESTROY = { createBeforeDestroy: true };

export interface DecryptFunctionProps {
  name: string;
  roleName: string;
  stackName: string;
  stage: string;
  logGroupName: string;
  functionPackage: FunctionPackage;
  inputKeys: InputKey[];
  /** the endpoint that receives each accepted card; default: none */
  payment?: { url: string; secret: PaymentSecret };
  encryptionKeyArn: string;
  /** the fields that the function checks, in the order in which callers enter them */
  fields: readonly Field[];
  /** IANA name of the time zone in which cards expire */
  timeZone: string;
  account: DeploymentAccount;
  instance: { id: string; arn: string };
  options: FunctionOptions;
  /** ARN of a policy that limits the role's permissions */
  permissionsBoundary: string | undefined;
}

/** The Lambda function, its role and its log group, and the permission of one Connect instance to invoke it. */
export class DecryptFunction extends Construct {
  readonly name: string;
  /** the ARN that the flow invokes: the function's, or its alias's */
  readonly arn: string;
  /** resources that must exist before a flow can invoke the function */
  readonly requiredByFlow: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DecryptFunctionProps) {
    super(scope, id);
    const { name, functionPackage, inputKeys, payment, encryptionKeyArn, account, instance, options } = props;

    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: props.logGroupName,
      retentionInDays: LOG_RETENTION_DAYS,
      kmsKeyId: encryptionKeyArn,
    });
    const role = new IamRole(this, "role", {
      name: props.roleName,
      assumeRolePolicy: policyDocument({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
      permissionsBoundary: props.permissionsBoundary,
      lifecycle: CREATE_BEFORE_DESTROY,
    });
    const rolePolicy = new IamRolePolicy(this, "policy", {
      name: "decrypt-customer-input",
      role: role.name,
      policy: functionPermissions({
        // A composed ARN: a reference to the function would be a cycle, because the function depends on this policy.
        functionArn: account.arn("lambda", `function:${name}`),
        logGroupArn: logGroup.arn,
        privateKeyArns: inputKeys.map(({ parameter }) => parameter.arn),
        paymentSecretArn: payment?.secret.parameter.arn,
        encryptionKeyArn,
        tracing: options.tracing,
        inVpc: options.vpc !== undefined,
      }),
      lifecycle: CREATE_BEFORE_DESTROY,
    });

    const asset = new TerraformAsset(this, "package", {
      path: functionPackage.zipFile,
      type: AssetType.FILE,
      assetHash: functionPackage.sha256,
    });
    const lambda = new LambdaFunction(this, "function", {
      functionName: name,
      description: "Decrypts and checks encrypted customer input of Amazon Connect",
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: HANDLER,
      memorySize: MEMORY_MB,
      timeout: TIMEOUT_SECONDS,
      ...this.#code(props, asset.path),
      kmsKeyArn: encryptionKeyArn,
      environment: { variables: { ...environmentOf(props) } },
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
        logGroup: logGroup.name,
      },
      tracingConfig: options.tracing ? { mode: "Active" } : undefined,
      reservedConcurrentExecutions: options.reservedConcurrency,
      vpcConfig: options.vpc,
      publish: options.provisionedConcurrency ? true : undefined,
      dependsOn: [rolePolicy],
    });
    const invocation = {
      statementId: "AmazonConnect",
      action: "lambda:InvokeFunction",
      functionName: lambda.functionName,
      principal: "connect.amazonaws.com",
      sourceArn: instance.arn,
      sourceAccount: account.id,
    };
    const permission = new LambdaPermission(this, "connect-may-invoke", invocation);
    const association = new ConnectLambdaFunctionAssociation(this, "association", {
      instanceId: instance.id,
      functionArn: lambda.arn,
      dependsOn: [permission],
    });

    const alias = options.provisionedConcurrency
      ? new ProvisionedAlias(this, "provisioned", {
          lambda,
          concurrency: options.provisionedConcurrency,
          invocation,
          instanceId: instance.id,
        })
      : undefined;
    this.name = lambda.functionName;
    this.arn = alias?.arn ?? lambda.arn;
    this.requiredByFlow = [permission, association, ...(alias ? [alias.permission] : [])];
  }

  /** The location of the code for Lambda: a file, or a signed object in a bucket. */
  #code({ stackName, functionPackage, options }: DecryptFunctionProps, source: string) {
    if (!options.codeSigning) return { filename: source, sourceCodeHash: functionPackage.sha256Base64 };
    const { s3Bucket, s3Key, codeSigningConfigArn } = new SignedPackage(this, "signed-package", {
      stackName,
      source,
      sha256: functionPackage.sha256,
      bucket: options.codeSigning.bucket,
    });
    return { s3Bucket, s3Key, codeSigningConfigArn };
  }
}

function environmentOf({ stage, fields, timeZone, payment }: DecryptFunctionProps): FunctionEnvironment {
  return {
    DECRYPTION_KEY_PARAMETER_PREFIX: PRIVATE_KEY_PARAMETER_PREFIX,
    SECRET_CACHE_SECONDS: String(SECRET_CACHE_SECONDS),
    STAGE: stage,
    FIELDS: JSON.stringify(fields),
    TIME_ZONE: timeZone,
    ...(payment && {
      PAYMENT_CONNECTOR: "https",
      PAYMENT_URL: payment.url,
      PAYMENT_SECRET_PARAMETER: payment.secret.parameter.name,
    }),
  };
}
