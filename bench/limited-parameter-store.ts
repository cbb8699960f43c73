import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DeployedParameter } from "../simulator/synthesized-stack";

export interface StoreCounts {
  getParameter: number;
  throttled: number;
}

/**
 * Parameter Store on 127.0.0.1 with a rate limit: beyond it, it responds with `ThrottlingException`, as SSM does. Before
 * `open` it responds with an error that SDKs do not retry.
 */
export class LimitedParameterStore {
  readonly #server: Server;
  readonly accessKeyId = "bench";
  counts: StoreCounts = { getParameter: 0, throttled: 0 };
  #tokens = 0;
  #refilledAt = performance.now();
  #isOpen = false;

  private constructor(
    parameters: readonly DeployedParameter[],
    readonly perSecond: number,
    readonly burst: number,
  ) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const send = (status: number, body: object) =>
          response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
        if (!this.#isOpen) {
          send(400, { __type: "AccessDeniedException" });
          return;
        }
        this.counts.getParameter++;
        if (!this.#takeToken()) {
          this.counts.throttled++;
          send(400, { __type: "ThrottlingException", message: "Rate exceeded" });
          return;
        }
        const { Name } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
        const parameter = parameters.find(({ name }) => name === Name);
        if (!parameter) send(400, { __type: "ParameterNotFound" });
        else send(200, { Parameter: { Name, Type: parameter.type, Value: parameter.value, Version: 1 } });
      });
    });
  }

  /** @param burst how many requests it accepts at the same time after a pause */
  static async start(
    parameters: readonly DeployedParameter[],
    perSecond: number,
    burst: number,
  ): Promise<LimitedParameterStore> {
    const store = new LimitedParameterStore(parameters, perSecond, burst);
    await new Promise<void>((resolve, reject) => {
      store.#server.once("error", reject);
      // Hundreds of environments connect at the same moment.
      store.#server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve);
    });
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Starts to serve parameters, with a full bucket and new counts. */
  open(): void {
    this.#isOpen = true;
    this.#tokens = this.burst;
    this.#refilledAt = performance.now();
    this.counts = { getParameter: 0, throttled: 0 };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #takeToken(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#refilledAt) / 1000) * this.perSecond);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
