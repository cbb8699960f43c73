import { FunctionProcess, type FunctionProcessOptions, type Invocation } from "./function-process";

/** A function's execution environments: each serves one invocation at a time, and is used again afterwards. */
export class FunctionEnvironments {
  readonly #idle: FunctionProcess[] = [];
  readonly #all: FunctionProcess[] = [];

  constructor(readonly options: Omit<FunctionProcessOptions, "onLog">) {}

  /** number of environments started so far */
  get count(): number {
    return this.#all.length;
  }

  /**
   * Invokes the function in an idle environment, or in a new one.
   *
   * @param limitSeconds how long the caller waits. Lambda does not know this limit: the invocation continues after it, in
   * a busy environment, until it ends or the function's own time limit ends it
   */
  async invoke(event: unknown, limitSeconds: number, onLog: (entry: unknown) => void): Promise<Invocation> {
    const environment = this.#idle.pop() ?? this.#start();
    const invocation = environment.invoke(event, onLog).finally(() => this.#idle.push(environment));
    let timer: NodeJS.Timeout | undefined;
    const timeLimit = new Promise<Invocation>((resolve) => {
      const { timeLimitFactor = 1 } = this.options;
      const error = `the function did not respond within ${limitSeconds} s`;
      timer = setTimeout(() => resolve({ error }), limitSeconds * timeLimitFactor * 1000);
    });
    try {
      return await Promise.race([invocation, timeLimit]);
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    for (const environment of this.#all) environment.stop();
  }

  #start(): FunctionProcess {
    const environment = new FunctionProcess(this.options);
    this.#all.push(environment);
    return environment;
  }
}
