// Runs in the process that function-process.ts starts: loads a handler as Lambda does, and invokes it for each message.
import { pathToFileURL } from "node:url";

/** @param {object} message */
const send = (message) => process.send?.(message);

// Logs use the same channel as the response, so that no line of an invocation arrives after its response.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (/** @type {string | Uint8Array} */ chunk, /** @type {any[]} */ ...rest) => {
    send({ log: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8") });
    rest.findLast((argument) => typeof argument === "function")?.();
    return true;
  };
}

const [file = "", exportName = ""] = process.argv.slice(2);

/** @type {Promise<(event: unknown, context: object) => unknown>} */
const loading = import(pathToFileURL(file).href).then((module) => module[exportName]);
loading.catch(() => {}); // reported by the first invocation, as in Lambda

process.on("disconnect", () => process.exit());

/** @typedef {{ event: unknown, context: object, deadline: number }} Invocation */

process.on("message", async (/** @type {Invocation} */ { event, context, deadline }) => {
  send({ received: true });
  try {
    const handler = await loading;
    const response = await handler(event, { ...context, getRemainingTimeInMillis: () => deadline - Date.now() });
    send({ response: JSON.stringify(response ?? null) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    send({ error: { errorType: name, errorMessage: message } });
  }
});
