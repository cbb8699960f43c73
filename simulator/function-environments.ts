import { FunctionProcess, type FunctionProcessOptions, type Invocation } from "./function-process";

/** A function's execution environments: one for each invocation at a time, kept for the next. */
export class FunctionEnvironments {
  readonly #idle: FunctionProcess[] = [];
  readonly #all: FunctionProcess[] = [];

  constructor(readonly options: Omit<FunctionProcessOptions, "onLog">) {}

  /** how many have been started */
  get count(): number {
    return this.#all.length;
  }

  /** @param limitSeconds what the caller waits; the function's own limit holds, too */
  async invoke(event: unknown, limitSeconds: number, onLog: (entry: unknown) => void): Promise<Invocation> {
    const environment = this.#idle.pop() ?? this.#start();
    try {
      return await environment.invoke(event, limitSeconds, onLog);
    } finally {
      this.#idle.push(environment);
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
