import { type AwsAccess, allItems, callAws, clientSettings } from "./aws";
import { CheckFailure } from "./check";

const DEPLOY = "Run npx cdktf deploy.";
const LOOK_UP = "Otherwise look up the code in Lambda's API reference, fix its cause, and run npx cdktf deploy.";

export async function checkFunction(access: AwsAccess, functionArn: string): Promise<string> {
  const { LambdaClient, GetFunctionConfigurationCommand } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient(clientSettings(access));
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionArn });
  const configuration = await callAws("lambda:GetFunctionConfiguration", () => client.send(command), {
    ResourceNotFoundException: new CheckFailure("The function does not exist.", DEPLOY),
  });
  const { State, StateReasonCode, LastUpdateStatus, LastUpdateStatusReasonCode } = configuration;
  if (State !== "Active") {
    throw new CheckFailure(
      `The state of the function is ${withCode(State, StateReasonCode)}.`,
      `If it is Pending, try again in a minute. ${LOOK_UP}`,
    );
  }
  if (LastUpdateStatus !== "Successful") {
    throw new CheckFailure(
      `The last update of the function is ${withCode(LastUpdateStatus, LastUpdateStatusReasonCode)}.`,
      `If it is InProgress, try again in a minute. ${LOOK_UP}`,
    );
  }
  return "It is active, and its last update was successful.";
}

const withCode = (status: string | undefined, code: string | undefined): string =>
  code ? `${status} (${code})` : `${status}`;

export async function checkAssociation(access: AwsAccess, instanceId: string, functionArn: string): Promise<string> {
  const { ConnectClient, paginateListLambdaFunctions } = await import("@aws-sdk/client-connect");
  const client = new ConnectClient(clientSettings(access));
  const functions = await callAws("connect:ListLambdaFunctions", () =>
    allItems(
      paginateListLambdaFunctions({ client }, { InstanceId: instanceId }),
      ({ LambdaFunctions }) => LambdaFunctions,
    ),
  );
  // Connect associates the function with the instance, also if the flow invokes an alias of it.
  if (functions.includes(withoutAlias(functionArn))) return "The instance can invoke the function.";
  throw new CheckFailure("The instance is not associated with the function, so every call fails.", DEPLOY);
}

/** arn:partition:lambda:region:account:function:name, with or without :alias */
const withoutAlias = (arn: string): string => arn.split(":", 7).join(":");
