import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { ConnectLambdaFunctionAssociation } from "@cdktf/provider-aws/lib/connect-lambda-function-association";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { Field } from "../fields/field";
import type { Account } from "./account";
import { type FunctionPackage, HANDLER } from "./function-package";
import { type InputKey, PARAMETER_PREFIX } from "./input-key";
import type { PaymentSecret } from "./payment-secret";
import { policy } from "./policy";

/** Under the 8 s that Connect waits, so that a slow function is seen in its own log. */
const TIMEOUT_SECONDS = 7;
const MEMORY_MB = 512;
const LOG_RETENTION_DAYS = 365;
/** How long the function goes on with a secret that was changed or taken away. */
const SECRET_CACHE_SECONDS = 300;

export interface DecryptFunctionProps {
  name: string;
  stage: string;
  logGroupName: string;
  functionPackage: FunctionPackage;
  inputKeys: InputKey[];
  /** where cards go after their checks; nowhere by default */
  payment?: { url: string; secret: PaymentSecret };
  encryptionKeyArn: string;
  /** what the function checks, in the order it is asked for */
  fields: readonly Field[];
  /** by whose calendar cards expire */
  timeZone: string;
  account: Account;
  instance: { id: string; arn: string };
}

/** The function that decrypts, all that it may do, and the right of one Connect instance to call it. */
export class DecryptFunction extends Construct {
  readonly name: string;
  readonly arn: string;
  /** what must be there before a flow may call the function */
  readonly callable: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DecryptFunctionProps) {
    super(scope, id);
    const { name, functionPackage, inputKeys, payment, encryptionKeyArn, account, instance } = props;

    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: props.logGroupName,
      retentionInDays: LOG_RETENTION_DAYS,
      kmsKeyId: encryptionKeyArn,
    });
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: policy({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
    });
    const privateKeyArns = inputKeys.map(({ parameter }) => parameter.arn);
    const rolePolicy = new IamRolePolicy(this, "policy", {
      name: "decrypt-customer-input",
      role: role.name,
      policy: policy(
        ...mayRead("PrivateKeys", privateKeyArns, encryptionKeyArn),
        ...(payment ? mayRead("PaymentSecret", [payment.secret.parameter.arn], encryptionKeyArn) : []),
        {
          Sid: "WriteOwnLogs",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          // a log group's ARN in a policy ends so: it stands for the streams within
          Resource: `${logGroup.arn}:*`,
        },
      ),
    });

    const asset = new TerraformAsset(this, "package", {
      path: functionPackage.zipFile,
      type: AssetType.FILE,
      assetHash: functionPackage.sha256,
    });
    const lambda = new LambdaFunction(this, "function", {
      functionName: name,
      description: "Decrypts and checks what callers type into Amazon Connect",
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: HANDLER,
      memorySize: MEMORY_MB,
      timeout: TIMEOUT_SECONDS,
      filename: asset.path,
      sourceCodeHash: functionPackage.sha256Base64,
      kmsKeyArn: encryptionKeyArn,
      environment: {
        variables: {
          DECRYPTION_KEY_PARAMETER_PREFIX: PARAMETER_PREFIX,
          SECRET_CACHE_SECONDS: String(SECRET_CACHE_SECONDS),
          STAGE: props.stage,
          FIELDS: JSON.stringify(props.fields),
          TIME_ZONE: props.timeZone,
          ...(payment && {
            PAYMENT_CONNECTOR: "https",
            PAYMENT_URL: payment.url,
            PAYMENT_SECRET_PARAMETER: payment.secret.parameter.name,
          }),
        },
      },
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
        logGroup: logGroup.name,
      },
      dependsOn: [rolePolicy],
    });
    const permission = new LambdaPermission(this, "connect-may-invoke", {
      statementId: "AmazonConnect",
      action: "lambda:InvokeFunction",
      functionName: lambda.functionName,
      principal: "connect.amazonaws.com",
      sourceArn: instance.arn,
      sourceAccount: account.id,
    });
    const association = new ConnectLambdaFunctionAssociation(this, "association", {
      instanceId: instance.id,
      functionArn: lambda.arn,
      dependsOn: [permission],
    });

    this.name = lambda.functionName;
    this.arn = lambda.arn;
    this.callable = [permission, association];
  }
}

/** Statements for exactly these parameters, decrypted with exactly this KMS key. */
const mayRead = (what: string, parameterArns: string[], keyArn: string): object[] => [
  { Sid: `Read${what}`, Action: "ssm:GetParameter", Resource: parameterArns },
  {
    Sid: `Decrypt${what}`,
    Action: "kms:Decrypt",
    Resource: keyArn,
    Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": parameterArns } },
  },
];
