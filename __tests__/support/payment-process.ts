import { type ChildProcess, fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ParameterStore } from "../../simulator/parameter-store";
import { PROJECT_DIR } from "./project";
import type { TokenizeRequest, TokenizeResult } from "./tokenize-process";

export const CARD_NUMBER = "4111111111111111";
export const SECURITY_CODE = "9173";
export const FIELDS = { cardNumber: CARD_NUMBER, expiryDate: "1230", securityCode: SECURITY_CODE };
export const SECRET = "sk_live_7Hq2vZxN0pWb";

const ARN_PREFIX = "arn:aws:ssm:us-east-1:123456789012:parameter";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/k";
/** Values of the bearer secret's parameter, by name. */
const SECRETS = {
  "/secret": `${SECRET}\n`,
  "/denied": SECRET,
  "/undecryptable": SECRET,
  "/spaces": `${SECRET} ${SECRET}`,
  "/line": `${SECRET}\n${SECRET}`,
  "/umlaut": `${SECRET}ä`,
  "/blank": " \n",
};

/**
 * A process that sends cards to payment endpoints. Node reads the trusted certificates (NODE_EXTRA_CA_CERTS) only when a
 * process starts.
 */
export class PaymentProcess {
  /** everything that the process wrote and sent */
  output = "";
  /** of the last request */
  idempotencyKey = "";
  #requests = 0;

  private constructor(
    readonly child: ChildProcess,
    readonly parameterStore: ParameterStore,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    }
    child.on("message", (message) => {
      this.output += JSON.stringify(message);
    });
  }

  /**
   * @param folder for the file with the certificates
   * @param trusted PEM certificates that the process trusts
   */
  static async start(folder: string, trusted: string): Promise<PaymentProcess> {
    const authorities = join(folder, "authorities.pem");
    writeFileSync(authorities, trusted);
    const readable = [...Object.keys(SECRETS), "/missing"].filter((name) => name !== "/denied");
    const arns = readable.map((name) => `${ARN_PREFIX}${name}`);
    const decryptable = arns.filter((arn) => !arn.endsWith("/undecryptable"));
    const parameterStore = await ParameterStore.start(
      Object.entries(SECRETS).map(([name, value]) => ({
        ...{ name, arn: `${ARN_PREFIX}${name}`, type: "SecureString", keyArn: KEY_ARN, value },
      })),
      {
        arn: "arn:aws:iam::123456789012:role/function",
        statements: [
          { Effect: "Allow", Action: "ssm:GetParameter", Resource: arns },
          {
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: KEY_ARN,
            Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": decryptable } },
          },
        ],
      },
    );
    const child = fork(join(PROJECT_DIR, "__tests__/support/tokenize-process.ts"), {
      execArgv: ["--import", require.resolve("tsx")],
      silent: true,
      env: {
        NODE_EXTRA_CA_CERTS: authorities,
        NODE_TLS_REJECT_UNAUTHORIZED: "0", // must have no effect
        AWS_ENDPOINT_URL_SSM: parameterStore.url,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: parameterStore.accessKeyId,
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    return new PaymentProcess(child, parameterStore);
  }

  /** Sends a card to a port of this machine. */
  tokenize(port: number, change: Partial<TokenizeRequest> = {}): Promise<TokenizeResult> {
    const id = ++this.#requests;
    this.idempotencyKey = `the-contact-attempt-${id}`;
    const request: TokenizeRequest = {
      url: `https://127.0.0.1:${port}/tokens?from=ivr`,
      secretParameter: "/secret",
      idempotencyKey: this.idempotencyKey,
      fields: FIELDS,
      milliseconds: 6_500,
      ...change,
    };
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error("the process has ended"));
      const onMessage = (message: unknown) => {
        if ((message as { id: number }).id !== id) return;
        this.child.off("message", onMessage).off("exit", onExit);
        resolve(message as TokenizeResult);
      };
      this.child.on("message", onMessage).on("exit", onExit);
      this.child.send({ id, ...request });
    });
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.parameterStore.stop();
  }
}
