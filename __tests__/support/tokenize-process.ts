// The process that payment-process.ts starts. It sends cards to a payment endpoint as the function does.
import { Socket } from "node:net";
import { inspect } from "node:util";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { ParameterCache } from "../../functions/decrypt-customer-input/parameter-cache";
import { fetchParameter } from "../../functions/decrypt-customer-input/parameter-store";
import { HttpsPayment, parseBearerSecret } from "../../functions/decrypt-customer-input/payment/https";

export interface TokenizeRequest {
  url: string;
  secretParameter: string;
  idempotencyKey: string;
  fields: Record<string, string>;
  /** time until the deadline */
  milliseconds: number;
}

export interface TokenizeResult {
  response?: object;
  code?: string;
  /** everything of an error that a log could show */
  error?: string;
  milliseconds: number;
  /** connection attempts to the endpoint's port */
  connects: number;
}

const connects: string[] = [];
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  connects.push(String((args.flat()[0] as { port?: unknown }).port));
  return Reflect.apply(connect, this, args);
} as typeof connect;

const clock = Date.now;
const secrets = new ParameterCache({ cacheSeconds: 300, fetchParameter, clock, parse: parseBearerSecret });

process.on("message", async (request: TokenizeRequest & { id: number }) => {
  const { id, url, secretParameter, idempotencyKey, milliseconds } = request;
  const started = Date.now();
  const connectsBefore = connects.length; // an earlier endpoint may have had the same port
  const finish = (result: object) => {
    const { port } = new URL(url);
    process.send?.({
      id,
      milliseconds: Date.now() - started,
      connects: connects.slice(connectsBefore).filter((other) => other === port).length,
      ...result,
    });
  };
  const fields = Object.fromEntries(
    Object.entries(request.fields).map(([name, digits]) => [name, new SensitiveDigits(digits)]),
  );
  const card = { contactId: "the-contact", idempotencyKey, brand: "visa" as const, fields };
  try {
    const payment = new HttpsPayment({ url, secretParameter }, secrets, clock);
    finish({ response: await payment.tokenize(card, started + milliseconds) });
  } catch (error) {
    const { code, stack, message, cause } = error as Error & { code?: string };
    const shown = [String(error), message, stack, inspect(error, { depth: 9, showHidden: true }), inspect(cause)];
    finish({ code: code ?? "no code", error: `${shown.join("\n")}\n${JSON.stringify(error)}` });
  }
});
process.on("disconnect", () => process.exit());
