import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { SynthesizeOptions } from "../infrastructure/synthesize";

/** What can be sent to a thread. */
export type SynthesisOptions = Omit<SynthesizeOptions, "functionPackage" | "warn">;

/** What the thread sends back. An error is one sentence. */
export type SynthesisMessage = { warning: string } | { stackDir: string } | { error: string };

/**
 * Prepares a synthesis. At a terminal it runs in a thread of its own, which loads its modules at once: most of the work is
 * synchronous, and in this thread it would delay Ctrl-C by seconds. Elsewhere the thread is not worth its start.
 *
 * @returns a function that synthesizes the stack, prints warnings, and returns the stack's folder
 */
export function prepareSynthesis(): (options: SynthesisOptions) => Promise<string> {
  if (!process.stdin.isTTY && !process.stderr.isTTY) {
    return async (options) => {
      const { synthesize } = await import("../infrastructure/synthesize");
      return synthesize({ ...options, warn: console.error });
    };
  }
  const worker = new Worker(join(__dirname, "synthesis-thread.mjs"), { execArgv: [] });
  // The command may end without a synthesis.
  worker.unref();
  const result = new Promise<string>((resolve, reject) => {
    worker.on("message", (message: SynthesisMessage) => {
      if ("warning" in message) console.error(message.warning);
      else if ("error" in message) reject(new Error(message.error));
      else resolve(message.stackDir);
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error("The thread of the synthesis ended without a result.")));
  });
  result.catch(() => {}); // is reported when the result is used
  return (options) => {
    worker.ref();
    worker.postMessage({ ...options, environment: { ...options.environment } } satisfies SynthesisOptions);
    return result;
  };
}
