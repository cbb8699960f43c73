import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { CpuLimit } from "./cpu-limit";

const running = new Set<EnvironmentProcess>();
process.on("exit", () => {
  for (const each of running) each.stop();
});

/** What came of an invocation, and how long its caller waited. */
export interface Invoked {
  answered: boolean;
  milliseconds: number;
  /** why it was not answered */
  error?: string;
}

/** An execution environment: a function's file, imported in a process of its own. */
export class EnvironmentProcess {
  readonly #child: ChildProcess;
  #said = "";
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
      this.#said += chunk;
    });
    running.add(this);
    if (this.#child.pid) limit?.add(this.#child.pid);
  }

  /**
   * Answers when the file is imported.
   *
   * @param options.slowness how many times slower its clocks and timers go
   */
  static async start(
    file: string,
    env: Record<string, string>,
    { slowness = 1, limit }: { slowness?: number; limit?: CpuLimit } = {},
  ): Promise<EnvironmentProcess> {
    const environment = new EnvironmentProcess(file, env, slowness, limit);
    const message = await environment.#nextMessage();
    if (!message) throw new Error(`The function cannot be imported: ${environment.#said}`);
    environment.importMs = (message as { importMs: number }).importMs;
    return environment;
  }

  /** @param limitMs after which the process is ended: the caller takes the Error branch */
  async invoke(event: object, limitMs: number): Promise<Invoked> {
    if (!this.#child.connected) return { answered: false, milliseconds: 0, error: "its process has ended" };
    const started = performance.now();
    const timer = setTimeout(() => this.stop(), limitMs * this.slowness);
    this.#child.send({ event, limitMs });
    const message = (await this.#nextMessage()) as { statusCode?: string; error?: string } | undefined;
    clearTimeout(timer);
    const milliseconds = (performance.now() - started) / this.slowness;
    // The timer may be late where this process is busy.
    if (message?.statusCode !== undefined && milliseconds <= limitMs) return { answered: true, milliseconds };
    return { answered: false, milliseconds, error: message?.error ?? "no answer in time" };
  }

  /** Answers when it has ended. */
  async stop(): Promise<void> {
    running.delete(this);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Nothing when the process ends instead. */
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
