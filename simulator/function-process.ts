import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { SimulatorError } from "./call-events";
import { type Ending, RuntimeProcess } from "./runtime-process";
import type { DeployedFunction } from "./synthesized-stack";

/** Result of an invocation: the response as JSON text, or why the function returned none. */
export type Invocation = { response: string } | { error: string };

export interface FunctionProcessOptions {
  deployed: DeployedFunction;
  region: string;
  /** address of the local Parameter Store */
  ssmEndpoint: string;
  /** signs the function's requests to the local Parameter Store */
  accessKeyId: string;
  /** multiplies every time limit, for machines that are too slow for the real limits; default 1 */
  timeLimitFactor?: number;
  /** receives each line that the function, or Lambda about the function, logs: parsed if it is JSON */
  onLog?: (entry: unknown) => void;
}

/** Stopped by one listener when this process exits: hundreds of listeners would cause a warning. */
const running = new Set<FunctionProcess>();
process.on("exit", () => {
  for (const each of running) each.stop();
});

/**
 * A deployed function in a Node.js process that gets the zip's files and the synthesized environment, and nothing from
 * this process's environment. Like one of Lambda's execution environments, the process serves one invocation at a time
 * and stays for the next one, until an invocation times out.
 */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  readonly #folder: string;
  #runtime: RuntimeProcess | undefined;
  #onLog: (entry: unknown) => void;

  constructor(options: FunctionProcessOptions) {
    this.#options = options;
    this.#onLog = options.onLog ?? (() => {});
    const files = unzipSync(readFileSync(options.deployed.zipFile));
    this.#folder = mkdtempSync(join(tmpdir(), "ivr-function-"));
    running.add(this);
    for (const [name, contents] of Object.entries(files)) {
      const file = join(this.#folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents);
    }
  }

  /**
   * Invokes the function. The caller must wait for the result before the next invocation.
   *
   * @param onLog receives the log lines from now on
   */
  async invoke(event: unknown, onLog = this.#onLog): Promise<Invocation> {
    this.#onLog = onLog;
    const requestId = randomUUID();
    const ending = await this.#run(event, requestId);
    const platform = (message: unknown) =>
      onLog({ timestamp: new Date().toISOString(), level: "ERROR", requestId, message });
    switch (ending.type) {
      case "response":
        return { response: ending.json };
      case "error": {
        const { errorType, errorMessage } = ending;
        platform({ errorType, errorMessage });
        return { error: `the function threw ${errorType}: ${errorMessage}` };
      }
      case "timeout": {
        const { timeoutSeconds } = this.#options.deployed;
        platform(`Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
        return { error: `the function did not respond within ${timeoutSeconds} s` };
      }
      case "exit":
        platform("Runtime exited");
        return { error: `the function's process ${ending.reason}` };
      case "stopped":
        return { error: "the function was stopped" };
    }
  }

  stop(): void {
    running.delete(this);
    this.#runtime?.stop({ type: "stopped" });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(event: unknown, awsRequestId: string): Promise<Ending> {
    const { deployed, timeLimitFactor = 1 } = this.#options;
    const context = { awsRequestId, functionName: deployed.name, invokedFunctionArn: deployed.arn };
    const limitSeconds = deployed.timeoutSeconds * timeLimitFactor;
    if (this.#runtime?.isConnected) {
      const ending = await this.#runtime.invoke(event, context, limitSeconds);
      // On a busy machine, a process's end is noticed late. As in Lambda, an event that it never received goes to a
      // new process.
      if (ending.type !== "exit" || ending.received) return ending;
    }
    this.#runtime?.stop({ type: "stopped" });
    this.#runtime = this.#start();
    return this.#runtime.invoke(event, context, limitSeconds);
  }

  #start(): RuntimeProcess {
    const { deployed, region, ssmEndpoint, accessKeyId } = this.#options;
    const [module = "", exportName = ""] = deployed.handler.split(".");
    const file = [".mjs", ".js", ".cjs"].map((extension) => join(this.#folder, module + extension)).find(existsSync);
    if (!file) throw new SimulatorError(`${deployed.zipFile} contains no file for the handler ${deployed.handler}.`);
    const child = fork(join(__dirname, "lambda-runtime.mjs"), [file, exportName], {
      cwd: this.#folder,
      execArgv: [`--max-old-space-size=${deployed.memoryMb}`],
      silent: true,
      env: {
        ...deployed.environment,
        ...LAMBDA_ENVIRONMENT,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${deployed.runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: deployed.name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: deployed.logGroup,
        AWS_ENDPOINT_URL_SSM: ssmEndpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
      },
    });
    return new RuntimeProcess(child, (text) => this.#log(text));
  }

  #log(text: string): void {
    for (const line of text.split("\n")) {
      if (line.trim() !== "") this.#onLog(parseIfJson(line));
    }
  }
}

const LAMBDA_ENVIRONMENT = {
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_LOG_FORMAT: "JSON",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  TZ: ":UTC",
  // Any value works: the local Parameter Store does not verify signatures.
  AWS_SECRET_ACCESS_KEY: "local",
  // This machine's AWS configuration must not reach the function.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  // The function is deployed on a newer Node.js than the one that may run it here.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

function parseIfJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
