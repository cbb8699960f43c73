import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isAllowed } from "./access-policy";
import type { DeployedParameter, DeployedRole } from "./synthesized-stack";

/** An error in the form of Parameter Store's JSON protocol. */
class ServiceError extends Error {
  constructor(
    readonly type: string,
    message?: string,
  ) {
    super(message);
  }
}

/**
 * AWS Systems Manager Parameter Store on 127.0.0.1, as far as a function uses it: `GetParameter`, with decryption and
 * under the policies of one role, and the errors AWS sends. Point an SDK at it with `AWS_ENDPOINT_URL_SSM`.
 */
export class ParameterStore {
  readonly #server: Server;

  /** what requests must be signed with: other programs of this machine are not to read private keys here */
  readonly accessKeyId: string;

  /** Both may be replaced at any time: the next request finds what is there then. */
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

  /** the address it listens at */
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

type Operation = (operation: string, body: Record<string, unknown>) => object;

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  accessKeyId: string,
  operation: Operation,
): Promise<void> {
  const send = (status: number, answer: object) => {
    response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
  };
  try {
    const { authorization } = request.headers;
    if (!authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    if (!authorization.includes(`Credential=${accessKeyId}/`)) {
      throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    send(200, operation(String(request.headers["x-amz-target"]), parse(await readAll(request))));
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

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError("SerializationException");
  }
}

function getParameter(body: Record<string, unknown>, parameters: DeployedParameter[], role: DeployedRole) {
  const { Name, WithDecryption } = body;
  if (typeof Name !== "string" || Name === "") {
    throw new ServiceError(
      "ValidationException",
      "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null",
    );
  }
  const parameter = parameters.find(({ name, arn }) => Name === name || Name === arn);
  // AWS looks at the right first: who may not read a parameter does not learn whether it exists.
  const arn = parameter?.arn ?? (Name.startsWith("arn:") ? Name : arnBeside(parameters, Name));
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
      // Undecrypted, AWS answers with the ciphertext, which nobody can use either.
      Value: parameter.type === "SecureString" && !secure ? "AQICAHencrypted" : parameter.value,
      Version: 1,
    },
  };
}

/** ARN of a parameter that is not there: like those that are. */
const arnBeside = (parameters: DeployedParameter[], name: string) =>
  `${parameters[0]?.arn.split(":parameter/")[0] ?? "arn:aws:ssm"}:parameter${name}`;

/** Parameter Store decrypts in the caller's name, and under this context. */
function mayDecrypt(role: DeployedRole, { arn, keyArn, keyPolicy }: DeployedParameter): boolean {
  const region = keyArn.split(":")[3] ?? "";
  const context = {
    "kms:ViaService": `ssm.${region}.amazonaws.com`,
    "kms:EncryptionContext:PARAMETER_ARN": arn,
  };
  const request = { principal: role.arn, action: "kms:Decrypt", resource: keyArn, context };
  return isAllowed(request, role.statements, keyPolicy);
}
