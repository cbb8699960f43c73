import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DeployedParameter } from "../simulator/synthesized-stack";

export interface StoreCounts {
  getParameter: number;
  throttled: number;
}

/**
 * Parameter Store on 127.0.0.1 with its limit: beyond it, it answers as SSM does, `ThrottlingException`. Until it is
 * opened it refuses everything, with an error that SDKs do not try again after.
 */
export class LimitedParameterStore {
  readonly #server: Server;
  readonly accessKeyId = "bench";
  counts: StoreCounts = { getParameter: 0, throttled: 0 };
  #tokens = 0;
  #filled = performance.now();
  #open = false;

  private constructor(
    parameters: readonly DeployedParameter[],
    readonly perSecond: number,
    readonly burst: number,
  ) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const send = (status: number, answer: object) =>
          response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
        if (!this.#open) {
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

  /** @param burst how many it answers at once, after a time of rest */
  static async start(
    parameters: readonly DeployedParameter[],
    perSecond: number,
    burst: number,
  ): Promise<LimitedParameterStore> {
    const store = new LimitedParameterStore(parameters, perSecond, burst);
    await new Promise<void>((resolve, reject) => {
      store.#server.once("error", reject);
      // Hundreds connect in the same moment.
      store.#server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve);
    });
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on it answers, beginning with a full bucket, and counts anew. */
  open(): void {
    this.#open = true;
    this.#tokens = this.burst;
    this.#filled = performance.now();
    this.counts = { getParameter: 0, throttled: 0 };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #takeToken(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#filled) / 1000) * this.perSecond);
    this.#filled = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
