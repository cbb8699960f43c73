import { type IamStatement, policyDocument } from "../iam-policy";

export interface FunctionPermissionsProps {
  functionArn: string;
  logGroupArn: string;
  privateKeyArns: string[];
  /** parameter of the payment endpoint's secret, if a payment endpoint is configured */
  paymentSecretArn: string | undefined;
  encryptionKeyArn: string;
  tracing: boolean;
  inVpc: boolean;
}

/** Actions that Lambda performs with the role's permissions to connect a function to a VPC. */
const NETWORK_INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** The policy of the function's role. */
export function functionPermissions(props: FunctionPermissionsProps): string {
  const { functionArn, logGroupArn, privateKeyArns, paymentSecretArn, encryptionKeyArn, tracing, inVpc } = props;
  return policyDocument(
    ...readParameters("PrivateKeys", privateKeyArns, encryptionKeyArn),
    ...(paymentSecretArn ? readParameters("PaymentSecret", [paymentSecretArn], encryptionKeyArn) : []),
    {
      Sid: "WriteOwnLogs",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // The suffix ":*" means the streams of the log group.
      Resource: `${logGroupArn}:*`,
    },
    ...(tracing ? [SEND_TRACES] : []),
    ...(inVpc ? connectToVpc(functionArn) : []),
  );
}

/** Allows to read exactly these parameters, decrypted with exactly this KMS key. */
const readParameters = (content: string, parameterArns: string[], keyArn: string): IamStatement[] => [
  { Sid: `Read${content}`, Action: "ssm:GetParameter", Resource: parameterArns },
  {
    Sid: `Decrypt${content}`,
    Action: "kms:Decrypt",
    Resource: keyArn,
    Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": parameterArns } },
  },
];

/** These X-Ray actions do not support resource-level permissions. */
const SEND_TRACES: IamStatement = {
  Sid: "SendTraces",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};

/**
 * Allows Lambda to manage network interfaces, and denies it to the function's own code, whose requests are the only ones
 * with `lambda:SourceFunctionArn`. Any resource, because the interfaces do not exist yet. Source: "Giving Lambda functions
 * access to resources in an Amazon VPC" in Lambda's developer guide.
 */
const connectToVpc = (functionArn: string): IamStatement[] => [
  { Sid: "LambdaConnectsToVpc", Action: NETWORK_INTERFACE_ACTIONS, Resource: "*" },
  {
    Sid: "FunctionItselfDoesNot",
    Effect: "Deny",
    Action: NETWORK_INTERFACE_ACTIONS,
    Resource: "*",
    Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
  },
];
