import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The contents of an AWS account. A test can change them at any time. */
export interface FakeAccount {
  /** id of the caller's account */
  account: string;
  instances: { Id: string; InstanceAlias: string }[];
  securityKeys: { AssociationId: string; Key: string }[];
  flow: { Content: string; State?: string; Status?: string } | undefined;
  module: { Content: string } | undefined;
  parameters: { Name: string; Type: string; KeyId?: string }[];
  lambdaFunctions: string[];
  configuration: Record<string, string> | undefined;
  invoke: (event: unknown) => Promise<{ payload: unknown; error?: string }>;
  /** names of errors that operations fail with */
  errors: Partial<Record<AwsOperation, string>>;
}

export type AwsOperation =
  | "GetCallerIdentity"
  | "AssumeRole"
  | "ListInstances"
  | "ListSecurityKeys"
  | "DescribeContactFlow"
  | "DescribeContactFlowModule"
  | "DescribeParameters"
  | "ListLambdaFunctions"
  | "GetFunctionConfiguration"
  | "Invoke";

const ROUTES: readonly [RegExp, AwsOperation][] = [
  [/^GET \/instance$/, "ListInstances"],
  [/^GET \/instance\/[^/]+\/security-keys$/, "ListSecurityKeys"],
  [/^GET \/instance\/[^/]+\/lambda-functions$/, "ListLambdaFunctions"],
  [/^GET \/contact-flows\/[^/]+\/[^/]+$/, "DescribeContactFlow"],
  [/^GET \/contact-flow-modules\/[^/]+\/[^/]+$/, "DescribeContactFlowModule"],
  [/^GET \/2015-03-31\/functions\/[^/]+\/configuration$/, "GetFunctionConfiguration"],
  [/^POST \/2015-03-31\/functions\/[^/]+\/invocations$/, "Invoke"],
];

export interface AwsEndpoint {
  url: string;
  /** in the order of the requests */
  requested: AwsOperation[];
  /** ids of the access keys that signed the requests */
  accessKeys: string[];
  /** parameters of the requests for a role's session, whose access key is ROLESESSION */
  assumedRoles: URLSearchParams[];
  /** bodies of the function's invocations */
  invocations: string[];
  stop: () => void;
}

/**
 * AWS on 127.0.0.1, for the operations of the checks: STS (query protocol), Parameter Store (JSON 1.1), Connect and Lambda
 * (REST and JSON).
 */
export async function startAwsEndpoint(account: () => FakeAccount): Promise<AwsEndpoint> {
  const endpoint: AwsEndpoint = {
    url: "",
    requested: [],
    accessKeys: [],
    assumedRoles: [],
    invocations: [],
    stop: () => {},
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const operation = operationOf(request, body);
    if (!operation) return rejectRequest(response, "UnknownOperationException", false);
    endpoint.requested.push(operation);
    endpoint.accessKeys.push(/Credential=(\w+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "");
    const isQuery = operation === "GetCallerIdentity" || operation === "AssumeRole";
    const error = account().errors[operation];
    if (error !== undefined) return rejectRequest(response, error, isQuery);
    if (operation === "Invoke") {
      endpoint.invocations.push(body);
      const { payload, error: functionError } = await account().invoke(JSON.parse(body));
      response.writeHead(200, functionError ? { "X-Amz-Function-Error": functionError } : {});
      return response.end(JSON.stringify(payload));
    }
    if (operation === "AssumeRole") {
      endpoint.assumedRoles.push(new URLSearchParams(body));
      return response.end(ROLE_SESSION);
    }
    if (isQuery) return response.end(callerIdentity(account().account));
    const result = resultOf(operation, account(), body);
    return result ? response.end(JSON.stringify(result)) : rejectRequest(response, "ResourceNotFoundException", false);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return endpoint;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function operationOf({ method, url = "", headers }: IncomingMessage, body: string): AwsOperation | undefined {
  if (headers["x-amz-target"] === "AmazonSSM.DescribeParameters") return "DescribeParameters";
  if (body.startsWith("Action=GetCallerIdentity")) return "GetCallerIdentity";
  if (body.startsWith("Action=AssumeRole&")) return "AssumeRole";
  const [path] = url.split("?");
  return ROUTES.find(([route]) => route.test(`${method} ${path}`))?.[1];
}

function resultOf(operation: AwsOperation, account: FakeAccount, body: string): object | undefined {
  switch (operation) {
    case "ListInstances":
      return { InstanceSummaryList: account.instances };
    case "ListSecurityKeys":
      return { SecurityKeys: account.securityKeys };
    case "ListLambdaFunctions":
      return { LambdaFunctions: account.lambdaFunctions };
    case "DescribeContactFlow":
      return account.flow && { ContactFlow: { State: "ACTIVE", Status: "PUBLISHED", ...account.flow } };
    case "DescribeContactFlowModule":
      return account.module && { ContactFlowModule: { State: "ACTIVE", Status: "PUBLISHED", ...account.module } };
    case "DescribeParameters": {
      const { ParameterFilters, NextToken } = JSON.parse(body);
      // The service may return an empty page first.
      if (!NextToken) return { Parameters: [], NextToken: "next" };
      const [{ Key, Option, Values }] = ParameterFilters;
      if (Key !== "Name" || Option !== "Equals") return undefined;
      return { Parameters: account.parameters.filter(({ Name }) => Values.includes(Name)) };
    }
    default:
      return account.configuration;
  }
}

export const ROLE_SESSION =
  '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ROLESESSION</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>';

export const callerIdentity = (account: string) =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/test</Arn><UserId>U</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** The message of each error contains a text that must never be printed. */
function rejectRequest(response: ServerResponse, code: string, isQuery: boolean): ServerResponse {
  const message = "PRIVATE KEY";
  response.writeHead(400, { "X-Amzn-ErrorType": code });
  return response.end(
    isQuery
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: code, message }),
  );
}
