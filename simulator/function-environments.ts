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

  /**
   * @param limitSeconds what the caller waits; Lambda does not know it, so the invocation goes on after that, and keeps
   * its environment busy, until it ends or the function's own limit ends it
   */
  async invoke(event: unknown, limitSeconds: number, onLog: (entry: unknown) => void): Promise<Invocation> {
    const environment = this.#idle.pop() ?? this.#start();
    const invocation = environment.invoke(event, onLog).finally(() => this.#idle.push(environment));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<Invocation>((resolve) => {
      const late = () => resolve({ fault: `the function did not answer within ${limitSeconds} s` });
      timer = setTimeout(late, limitSeconds * 1000);
    });
    try {
      return await Promise.race([invocation, patience]);
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
