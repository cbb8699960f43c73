import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { isAllowed } from "./access-policy";
import type { DeployedParameter, DeployedRole } from "./synthesized-stack";

/** An error of Parameter Store's JSON protocol. */
class ServiceError extends Error {
  constructor(
    readonly type: string,
    message?: string,
  ) {
    super(message);
  }
}

/**
 * AWS Systems Manager Parameter Store on 127.0.0.1: `GetParameter`, with decryption, under the policies of one role, and
 * with AWS's errors. Set `AWS_ENDPOINT_URL_SSM` to its address to use it with an SDK.
 */
export class ParameterStore {
  readonly #server: Server;

  /** requests must be signed with it, so that other programs on this machine cannot read the private keys */
  readonly accessKeyId: string;

  /** The parameters and the role can be replaced at any time. The next request uses the new ones. */
  private constructor(
    server: Server,
    accessKeyId: string,
    public parameters: DeployedParameter[],
    public role: DeployedRole,
  ) {
    this.#server = server;
    this.accessKeyId = accessKeyId;
  }

  static async start(parameters: DeployedParameter[], role: DeployedRole): Promise<ParameterStore> {
    const accessKeyId = randomBytes(16).toString("hex");
    const server = createServer((request, response) => {
      respond(request, response, accessKeyId, (operation, body) => {
        if (operation !== "AmazonSSM.GetParameter") throw new ServiceError("UnknownOperationException");
        return getParameter(body, store.parameters, store.role);
      });
    });
    const store = new ParameterStore(server, accessKeyId, parameters, role);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return store;
  }

  /** the address of the server */
  get host(): string {
    return (this.#server.address() as AddressInfo).address;
  }

  get url(): string {
    return `http://${this.host}:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

type RunOperation = (operation: string, body: unknown) => object;

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  accessKeyId: string,
  run: RunOperation,
): Promise<void> {
  const send = (status: number, body: object) => {
    response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  };
  try {
    const { authorization } = request.headers;
    if (!authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    if (!authorization.includes(`Credential=${accessKeyId}/`)) {
      throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    send(200, run(String(request.headers["x-amz-target"]), parseJson(await readAll(request))));
  } catch (error) {
    if (error instanceof ServiceError) {
      send(400, { __type: error.type, ...(error.message ? { message: error.message } : {}) });
    } else {
      send(500, { __type: "InternalServerError" });
    }
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError("SerializationException");
  }
}

const GetParameterRequest = z.object({ Name: z.string().min(1), WithDecryption: z.boolean().optional() });

function getParameter(body: unknown, parameters: DeployedParameter[], role: DeployedRole) {
  const request = GetParameterRequest.safeParse(body);
  if (!request.success) {
    throw new ServiceError(
      "ValidationException",
      "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null",
    );
  }
  const { Name, WithDecryption } = request.data;
  const parameter = parameters.find(({ name, arn }) => Name === name || Name === arn);
  // AWS checks the permission first: a role without it does not learn whether the parameter exists.
  const arn = parameter?.arn ?? (Name.startsWith("arn:") ? Name : arnOfMissing(parameters, Name));
  const secure = parameter?.type === "SecureString" && WithDecryption === true;
  if (!isAllowed({ principal: role.arn, action: "ssm:GetParameter", resource: arn }, role.statements)) {
    throw new ServiceError(
      "AccessDeniedException",
      `User is not authorized to perform: ssm:GetParameter on resource: ${arn} because no identity-based policy allows the ssm:GetParameter action`,
    );
  }
  if (!parameter) throw new ServiceError("ParameterNotFound");
  if (secure && !mayDecrypt(role, parameter)) {
    throw new ServiceError(
      "AccessDeniedException",
      "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
    );
  }
  return {
    Parameter: {
      ARN: parameter.arn,
      DataType: "text",
      LastModifiedDate: Date.now() / 1000,
      Name: parameter.name,
      Type: parameter.type,
      // Without decryption, AWS returns the ciphertext.
      Value: parameter.type === "SecureString" && !secure ? "AQICAHencrypted" : parameter.value,
      Version: 1,
    },
  };
}

/** The ARN that a missing parameter would have. */
const arnOfMissing = (parameters: DeployedParameter[], name: string) =>
  `${parameters[0]?.arn.split(":parameter/")[0] ?? "arn:aws:ssm"}:parameter${name}`;

/** Parameter Store decrypts with the permissions of the role that sends the request, and with this encryption context. */
function mayDecrypt(role: DeployedRole, { arn, keyArn, keyPolicy }: DeployedParameter): boolean {
  const region = keyArn.split(":")[3] ?? "";
  const context = {
    "kms:ViaService": `ssm.${region}.amazonaws.com`,
    "kms:EncryptionContext:PARAMETER_ARN": arn,
  };
  const request = { principal: role.arn, action: "kms:Decrypt", resource: keyArn, context };
  return isAllowed(request, role.statements, keyPolicy);
}
