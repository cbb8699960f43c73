import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { SimulatorError } from "./simulator-error";
import type { DeployedFunction } from "./synthesized-stack";

/** What came of an invocation: the answer's JSON text, or why there is none. */
export type Invocation = { answer: string } | { fault: string };

export interface FunctionProcessOptions {
  deployed: DeployedFunction;
  region: string;
  /** the local Parameter Store, and what requests to it are signed with */
  ssmEndpoint: string;
  accessKeyId: string;
  /** each line that the function, or Lambda about it, logs: parsed where it is JSON */
  onLog?: (entry: unknown) => void;
}

/** What the process sends: a piece of log, or how an invocation ended. */
type Message = { log?: string; answer?: string; error?: { errorType: string; errorMessage: string } };
type Ended = Message | "timeout" | "exit" | "stop";

/** What has to be stopped when this process ends: by one listener, as there can be hundreds. */
const running = new Set<FunctionProcess>();
process.on("exit", () => {
  for (const each of running) each.stop();
});

/**
 * A deployed function in a Node process of its own: the zip's files, the synthesized environment and nothing of this
 * process's. Like an execution environment of Lambda's it stays for the next invocation, until one times out.
 */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #onLog: (entry: unknown) => void;
  #ended: ((end: Ended) => void) | undefined;

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
   * One at a time.
   *
   * @param onLog where the lines of this invocation go, and of those after it
   */
  async invoke(event: unknown, onLog = this.#onLog): Promise<Invocation> {
    const { deployed } = this.#options;
    this.#onLog = onLog;
    const awsRequestId = randomUUID();
    const { timeoutSeconds } = deployed;
    this.#process ??= this.#start();
    const child = this.#process;

    const ended = await new Promise<Ended>((resolve) => {
      const timer = setTimeout(() => resolve("timeout"), timeoutSeconds * 1000);
      this.#ended = (end) => {
        clearTimeout(timer);
        resolve(end);
      };
      const context = { awsRequestId, functionName: deployed.name, invokedFunctionArn: deployed.arn };
      child.send({ event, context, deadline: Date.now() + timeoutSeconds * 1000 });
    });
    this.#ended = undefined;

    const platform = (level: string, message: unknown) =>
      onLog({ timestamp: new Date().toISOString(), level, requestId: awsRequestId, message });
    if (ended === "timeout") {
      this.#kill();
      platform("ERROR", `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
      return { fault: `the function did not answer within ${timeoutSeconds} s` };
    }
    if (ended === "stop") return { fault: "the function was stopped" };
    if (ended === "exit") {
      platform("ERROR", "Runtime exited");
      return { fault: "the function's process ended before it answered" };
    }
    if (ended.error) {
      platform("ERROR", ended.error);
      return { fault: `the function threw ${ended.error.errorType}: ${ended.error.errorMessage}` };
    }
    return { answer: ended.answer ?? "null" };
  }

  stop(): void {
    running.delete(this);
    this.#kill();
    this.#ended?.("stop");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #kill(): void {
    this.#process?.removeAllListeners();
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }

  #log(text: string): void {
    for (const line of text.split("\n")) {
      if (line.trim() !== "") this.#onLog(parsed(line));
    }
  }

  #start(): ChildProcess {
    const { deployed, region, ssmEndpoint, accessKeyId } = this.#options;
    const [module = "", exportName = ""] = deployed.handler.split(".");
    const file = [".mjs", ".js", ".cjs"].map((end) => join(this.#folder, module + end)).find(existsSync);
    if (!file) throw new SimulatorError(`${deployed.zipFile} holds no file for the handler ${deployed.handler}.`);
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
    // What bypasses the channel: Node's own words when the process fails.
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => this.#log(String(chunk)));
    }
    child.on("message", (message: Message) => {
      if (message.log === undefined) this.#ended?.(message);
      else this.#log(message.log);
    });
    const gone = () => {
      if (this.#process === child) this.#process = undefined;
      this.#ended?.("exit");
    };
    child.on("exit", gone).on("error", gone);
    return child;
  }
}

const LAMBDA_ENVIRONMENT = {
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_LOG_FORMAT: "JSON",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  TZ: ":UTC",
  // Any will do: the local Parameter Store does not check the signature itself.
  AWS_SECRET_ACCESS_KEY: "local",
  // Nothing of this machine's own AWS settings may reach the function.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  // The function is deployed on a newer Node than the one that may run it here.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
