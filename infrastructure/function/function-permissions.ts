import { policy } from "../iam-policy";

export interface FunctionPermissionsProps {
  functionArn: string;
  logGroupArn: string;
  privateKeyArns: string[];
  /** parameter of the payment endpoint's secret, where there is one */
  paymentSecretArn: string | undefined;
  encryptionKeyArn: string;
  tracing: boolean;
  inVpc: boolean;
}

/** What Lambda asks for in the role's name, to connect a function to a VPC. */
const NETWORK_INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** The policy of the function's role: all that it may do. */
export function functionPermissions(props: FunctionPermissionsProps): string {
  const { functionArn, logGroupArn, privateKeyArns, paymentSecretArn, encryptionKeyArn, tracing, inVpc } = props;
  return policy(
    ...mayRead("PrivateKeys", privateKeyArns, encryptionKeyArn),
    ...(paymentSecretArn ? mayRead("PaymentSecret", [paymentSecretArn], encryptionKeyArn) : []),
    {
      Sid: "WriteOwnLogs",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // a log group's ARN in a policy ends so: it stands for the streams within
      Resource: `${logGroupArn}:*`,
    },
    ...(tracing ? [SEND_TRACES] : []),
    ...(inVpc ? connectToVpc(functionArn) : []),
  );
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

/** X-Ray knows no resources to name here. */
const SEND_TRACES = {
  Sid: "SendTraces",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};

/**
 * As Lambda's developer guide has it: any resource, since the network interfaces are not there yet, and for Lambda
 * alone, which does this in the role's name. Only the function's own code tells its ARN.
 */
const connectToVpc = (functionArn: string): object[] => [
  { Sid: "LambdaConnectsToVpc", Action: NETWORK_INTERFACES, Resource: "*" },
  {
    Sid: "FunctionItselfDoesNot",
    Effect: "Deny",
    Action: NETWORK_INTERFACES,
    Resource: "*",
    Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
  },
];
