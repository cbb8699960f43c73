import { request as httpsRequest } from "node:https";
import * as z from "zod/mini";
import { DecryptCustomerInputError } from "../errors";
import type { SecureParameters } from "../secure-parameters";
import type { Accepted, Card, Declined, PaymentConnector } from "./connector";

/** For everything together: the secret, the first try and the second. */
const PATIENCE_MILLISECONDS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024;
/** A shorter input can be part of a token by chance. */
const UNMISTAKABLE_DIGITS = 8;

/** No answer has been begun, and another try may get one. Whatever else fails before one is TLS's. */
const CONNECTION_FAULTS = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

const AcceptedAnswer = z.object({
  // what Connect lets a function's answer hold
  token: z.string().check(z.regex(/^[\w-]{1,255}$/)),
  declined: z.optional(z.literal(false)),
});
const DeclinedAnswer = z.object({ declined: z.literal(true), token: z.optional(z.null()) });

/**
 * POSTs the card as JSON to an endpoint of the user's, which answers with a token or declines. Of what is sent and
 * received, errors hold nothing but an HTTP status; and no error of Node's goes further, for what it could quote.
 */
export class HttpsPayment implements PaymentConnector {
  constructor(
    readonly endpoint: { url: string; secretParameter: string },
    readonly parameters: SecureParameters,
  ) {}

  async tokenize(card: Card, deadline: number): Promise<Accepted | Declined> {
    const ownDeadline = Math.min(Date.now() + PATIENCE_MILLISECONDS, deadline);
    const signal = AbortSignal.timeout(Math.max(0, ownDeadline - Date.now()));
    const secret = await this.parameters.get(this.endpoint.secretParameter, parseSecret, ownDeadline);
    const send = () => post(this.endpoint.url, secret, card, signal);
    const answer = await send().catch((fault: unknown) => {
      // Whether the first one arrived is not known: the idempotency key tells the service that this is the same.
      if (fault instanceof ConnectionFault) return send();
      throw fault;
    });
    return readAnswer(answer, card);
  }
}

function parseSecret(value: string): string {
  const secret = value.trim();
  if (/^[!-~]+$/.test(secret)) return secret;
  throw new DecryptCustomerInputError(
    "payment-secret-invalid",
    "the parameter's value is not printable ASCII without spaces, or is empty",
  );
}

interface HttpAnswer {
  status: number;
  body: string;
}

class ConnectionFault extends DecryptCustomerInputError {
  constructor(code: string) {
    super("payment-unavailable", `no connection to the payment endpoint (${code})`);
  }
}

function post(url: string, secret: string, card: Card, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outOfTime = () =>
      reject(new DecryptCustomerInputError("payment-timeout", "the payment endpoint did not answer in time"));
    if (signal.aborted) return outOfTime();
    signal.addEventListener("abort", outOfTime, { once: true });

    let trusted = false;
    const request = httpsRequest(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        Authorization: `Bearer ${secret}`,
        "Content-Type": "application/json",
        "Idempotency-Key": card.idempotencyKey,
        "User-Agent": "connect-secure-ivr",
      },
      // A connection of its own: one that was kept may have died while Lambda had the function frozen.
      agent: false,
      // Written out, since NODE_TLS_REJECT_UNAUTHORIZED could change the default.
      rejectUnauthorized: true,
      signal,
    });
    // Nothing of the card is even queued before the certificate has passed.
    request.once("socket", (socket) => {
      socket.once("secureConnect", () => {
        trusted = true;
        request.end(bodyOf(card));
      });
    });
    request.once("response", (response) => {
      readBody(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body }),
        (error) => reject(error instanceof DecryptCustomerInputError ? error : brokenOff()),
      );
    });
    // A change of protocol, which Node would never tell of without a listener.
    request.once("upgrade", ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, body: "" });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      reject(explain(error.code ?? error.name, trusted));
    });
  });
}

const bodyOf = ({ contactId, idempotencyKey, brand, fields }: Card): string =>
  JSON.stringify({
    contactId,
    idempotencyKey,
    brand,
    fields: Object.fromEntries(Object.entries(fields).map(([name, digits]) => [name, digits.reveal()])),
  });

async function readBody(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MAX_ANSWER_BYTES) throw invalidAnswer(`is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readAnswer({ status, body }: HttpAnswer, card: Card): Accepted | Declined {
  // A redirect is not followed either: the card goes to the endpoint that was configured, and nowhere else.
  if (![200, 201, 402].includes(status)) {
    throw new DecryptCustomerInputError("payment-refused", `the payment endpoint answered with HTTP status ${status}`);
  }
  const answer = parseJson(body);
  if (status !== 201 && DeclinedAnswer.safeParse(answer).success) return { declined: true };
  const accepted = AcceptedAnswer.safeParse(answer);
  if (status === 402 || !accepted.success) {
    throw invalidAnswer(`with HTTP status ${status} is neither a token, as tokens may be, nor that it declined`);
  }
  const { token } = accepted.data;
  const digits = token.replace(/[_-]/g, "");
  const echoed = Object.values(card.fields).some(
    (field) => field.length >= UNMISTAKABLE_DIGITS && digits.includes(field.reveal()),
  );
  if (echoed) throw invalidAnswer("holds in its token what the caller typed");
  return { token };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // the error would quote the body
  }
}

const invalidAnswer = (what: string) =>
  new DecryptCustomerInputError("payment-answer-invalid", `the payment endpoint's answer ${what}`);

const brokenOff = () =>
  new DecryptCustomerInputError("payment-unavailable", "the connection ended in the midst of the answer");

/** Of what Node says only the error's code is told: `CERT_HAS_EXPIRED`, `ECONNREFUSED`, … */
function explain(code: string, trusted: boolean): DecryptCustomerInputError {
  if (CONNECTION_FAULTS.has(code)) return new ConnectionFault(code);
  if (trusted) return invalidAnswer(`is not HTTP (${code})`);
  return new DecryptCustomerInputError(
    "payment-not-trusted",
    `no TLS connection to the payment endpoint that can be trusted (${code})`,
  );
}
