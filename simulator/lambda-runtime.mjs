// The other end of function-process.ts: loads a handler as Lambda does, and invokes it on each message.
import { pathToFileURL } from "node:url";

/** @param {object} message */
const send = (message) => process.send?.(message);

// Through the same channel as the answer, so that no line of an invocation comes after its answer.
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
loading.catch(() => {}); // told on the first invocation, as Lambda does

// Nobody is left to answer.
process.on("disconnect", () => process.exit());

/** @typedef {{ event: unknown, context: object, deadline: number }} Invocation */

process.on("message", async (/** @type {Invocation} */ { event, context, deadline }) => {
  try {
    const handler = await loading;
    const answer = await handler(event, { ...context, getRemainingTimeInMillis: () => deadline - Date.now() });
    send({ answer: JSON.stringify(answer ?? null) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    send({ error: { errorType: name, errorMessage: message } });
  }
});
