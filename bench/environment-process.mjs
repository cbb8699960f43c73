// The process that environments.ts starts: imports a function's file, and invokes its handler for each message.
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [file = "", slowness = "1"] = process.argv.slice(2);
if (slowness !== "1") slowDown(Number(slowness));

// The function's log is not measured.
process.stdout.write = () => true;

const started = performance.now();
const { handler } = await import(pathToFileURL(file).href);
process.send?.({ importMs: performance.now() - started });

process.on("disconnect", () => process.exit());

process.on("message", async (/** @type {{ event: unknown, timeoutMs: number }} */ { event, timeoutMs }) => {
  const deadline = Date.now() + timeoutMs;
  try {
    const { statusCode } = await handler(event, { getRemainingTimeInMillis: () => deadline - Date.now() });
    process.send?.({ statusCode });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});

/**
 * Makes all clocks and timers of this process slower.
 *
 * @param {number} times
 */
function slowDown(times) {
  for (const clock of [Date, performance]) {
    const now = clock.now.bind(clock);
    const start = now();
    const slow = () => start + (now() - start) / times;
    clock.now = clock === Date ? () => Math.floor(slow()) : slow;
  }
  for (const name of /** @type {const} */ (["setTimeout", "setInterval"])) {
    const original = /** @type {any} */ (globalThis[name]);
    /** @type {any} */ (globalThis)[name] = (
      /** @type {any} */ callback,
      /** @type {number} */ ms = 0,
      /** @type {any[]} */ ...rest
    ) => original(callback, ms * times, ...rest);
  }
  const wait = /** @type {any} */ (timers.setTimeout);
  /** @type {any} */ (timers).setTimeout = (/** @type {number} */ ms = 0, /** @type {any[]} */ ...rest) =>
    wait(ms * times, ...rest);
  syncBuiltinESMExports();
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(Math.round(ms * times));
}
