// A process that does what the function does with a card: NODE_EXTRA_CA_CERTS is read when a process starts.
import { Socket } from "node:net";
import { inspect } from "node:util";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { paymentConnector } from "../../functions/decrypt-customer-input/payment/payment-connector";
import { SecureParameters } from "../../functions/decrypt-customer-input/secure-parameters";

export interface TokenizeRequest {
  url: string;
  secretParameter: string;
  idempotencyKey: string;
  fields: Record<string, string>;
  /** until the function has to have its answer */
  milliseconds: number;
}

export interface TokenizeResult {
  answer?: object;
  code?: string;
  /** everything that a log could show of the error */
  error?: string;
  milliseconds: number;
  /** how often it tried to connect to the endpoint's port, whether or not anybody was there */
  connects: number;
}

const connects: string[] = [];
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  connects.push(String((args.flat()[0] as { port?: unknown }).port));
  return Reflect.apply(connect, this, args);
} as typeof connect;

const parameters = new SecureParameters(300);

process.on("message", async (request: TokenizeRequest & { id: number }) => {
  const { id, url, secretParameter, idempotencyKey, milliseconds } = request;
  const started = Date.now();
  const connectsBefore = connects.length; // a port may have been another endpoint's
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
    const connector = paymentConnector({ connector: "https", url, secretParameter }, parameters);
    finish({ answer: await connector.tokenize(card, started + milliseconds) });
  } catch (error) {
    const { code, stack, message, cause } = error as Error & { code?: string };
    const shown = [String(error), message, stack, inspect(error, { depth: 9, showHidden: true }), inspect(cause)];
    finish({ code: code ?? "no code", error: `${shown.join("\n")}\n${JSON.stringify(error)}` });
  }
});
process.on("disconnect", () => process.exit());
