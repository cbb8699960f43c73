import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import * as z from "zod";
import type { CpuLimit } from "./cpu-limit";

const running = new Set<EnvironmentProcess>();
process.on("exit", () => {
  for (const each of running) each.stop();
});

/** The result of an invocation, and how long the caller waited. */
export interface InvocationResult {
  responded: boolean;
  milliseconds: number;
  /** the reason if there was no response */
  error?: string;
}

const ImportMessage = z.object({ importMs: z.number() });
const ResultMessage = z.object({ statusCode: z.string().optional(), error: z.string().optional() });

/** An execution environment: a function's file in a separate process. */
export class EnvironmentProcess {
  readonly #child: ChildProcess;
  #stderr = "";
  importMs = 0;

  private constructor(
    file: string,
    env: Record<string, string>,
    readonly slowness: number,
    limit: CpuLimit | undefined,
  ) {
    const args = [file, String(slowness)];
    this.#child = fork(join(__dirname, "environment-process.mjs"), args, { env, execArgv: [], silent: true });
    this.#child.stderr?.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    running.add(this);
    if (this.#child.pid) limit?.add(this.#child.pid);
  }

  /**
   * Resolves when the file is imported.
   *
   * @param options.slowness how many times slower the process's clocks and timers are
   */
  static async start(
    file: string,
    env: Record<string, string>,
    { slowness = 1, limit }: { slowness?: number; limit?: CpuLimit } = {},
  ): Promise<EnvironmentProcess> {
    const environment = new EnvironmentProcess(file, env, slowness, limit);
    const message = await environment.#nextMessage();
    if (!message) throw new Error(`The function cannot be imported: ${environment.#stderr}`);
    environment.importMs = ImportMessage.parse(message).importMs;
    return environment;
  }

  /** @param timeoutMs after this time the process is ended, as Connect then takes the Error branch */
  async invoke(event: object, timeoutMs: number): Promise<InvocationResult> {
    if (!this.#child.connected) return { responded: false, milliseconds: 0, error: "the process has ended" };
    const started = performance.now();
    const timer = setTimeout(() => this.stop(), timeoutMs * this.slowness);
    this.#child.send({ event, timeoutMs });
    const message = await this.#nextMessage();
    clearTimeout(timer);
    const milliseconds = (performance.now() - started) / this.slowness;
    const result = message === undefined ? {} : ResultMessage.parse(message);
    // The timer may be late if this process is busy.
    if (result.statusCode !== undefined && milliseconds <= timeoutMs) return { responded: true, milliseconds };
    return { responded: false, milliseconds, error: result.error ?? "no response in time" };
  }

  /** Milliseconds from an event to its response. Throws if there is no response. */
  async responseMs(event: object, timeoutMs: number): Promise<number> {
    const { responded, milliseconds, error } = await this.invoke(event, timeoutMs);
    if (!responded) throw new Error(`The function did not respond: ${error}`);
    return milliseconds;
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    running.delete(this);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Resolves to undefined if the process ends first. */
  #nextMessage(): Promise<unknown> {
    return new Promise((resolve) => {
      const settle = (message?: unknown) => {
        this.#child.removeListener("message", settle).removeListener("exit", onExit);
        resolve(message);
      };
      const onExit = () => settle();
      this.#child.once("message", settle).once("exit", onExit);
    });
  }
}
