import type { ChildProcess } from "node:child_process";

/** What lambda-runtime.mjs sends. */
interface RuntimeMessage {
  log?: string;
  received?: boolean;
  response?: string;
  error?: { errorType: string; errorMessage: string };
}

/** How an invocation ended. */
export type Ending =
  | { type: "response"; json: string }
  | { type: "error"; errorType: string; errorMessage: string }
  | { type: "timeout" }
  | { type: "stopped" }
  /** `received`: whether the process had received the event */
  | { type: "exit"; reason: string; received: boolean };

/** A Node.js process that runs lambda-runtime.mjs, from its start to its end. */
export class RuntimeProcess {
  readonly #child: ChildProcess;
  readonly #onLog: (text: string) => void;
  #finish: ((ending: Ending) => void) | undefined;
  #received = false;
  #hasEnded = false;

  constructor(child: ChildProcess, onLog: (text: string) => void) {
    this.#child = child;
    this.#onLog = onLog;
    child.on("message", (message: RuntimeMessage) => this.#handle(message));
    // What Node.js itself writes when the process crashes: the runtime sends everything else as messages.
    let crash = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        crash += chunk;
        if (!this.#hasEnded) onLog(String(chunk));
      });
    }
    // Not "exit": messages that the process sent before it exited can arrive later than that event.
    child.on("close", (code, signal) => this.#end(exitReason(code, signal, crash)));
    child.on("error", (error: NodeJS.ErrnoException) => this.#end(`could not be started (${error.code})`));
  }

  /** Whether the process can receive an event, as far as this process knows. */
  get isConnected(): boolean {
    return !this.#hasEnded && this.#child.connected;
  }

  invoke(event: unknown, context: object, limitSeconds: number): Promise<Ending> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.stop({ type: "timeout" }), limitSeconds * 1000);
      this.#received = false;
      this.#finish = (ending) => {
        this.#finish = undefined;
        clearTimeout(timer);
        resolve(ending);
      };
      // A process that could not be started can lack a channel; "error" follows.
      this.#child.send?.({ event, context, deadline: Date.now() + limitSeconds * 1000 }, (error) => {
        if (error) this.#child.kill("SIGKILL"); // it cannot respond any more; "close" follows
      });
    });
  }

  /** Kills the process. A running invocation ends with `ending`. */
  stop(ending: Ending): void {
    this.#hasEnded = true;
    this.#child.kill("SIGKILL");
    this.#finish?.(ending);
  }

  #end(reason: string): void {
    this.#hasEnded = true;
    this.#finish?.({ type: "exit", reason, received: this.#received });
  }

  #handle({ log, received, response, error }: RuntimeMessage): void {
    if (this.#hasEnded) return;
    if (log !== undefined) this.#onLog(log);
    else if (received) this.#received = true;
    else if (error) this.#finish?.({ type: "error", ...error });
    else this.#finish?.({ type: "response", json: response ?? "null" });
  }
}

const LONGEST_CAUSE = 200;

/** Names what Node.js reports as the cause of a crash, without digits: they could be a caller's. */
function exitReason(code: number | null, signal: string | null, crash: string): string {
  const how = signal ? `was killed by ${signal}` : `exited with code ${code}`;
  const cause = /^(?:\w*Error\b|FATAL ERROR).*$/m.exec(crash)?.[0].slice(0, LONGEST_CAUSE).replace(/\d/g, "•");
  return `${how} before it responded${cause ? ` (${cause})` : ""}`;
}
