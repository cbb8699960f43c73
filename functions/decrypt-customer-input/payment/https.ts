import { request as httpsRequest } from "node:https";
import * as z from "zod/mini";
import { DecryptCustomerInputError } from "../errors";
import { readLimitedBody } from "../limited-body";
import type { Clock, ParameterCache } from "../parameter-cache";
import type { Card, PaymentConnector, PaymentResult } from "./connector";

/** For the secret, the first attempt and the second attempt together. */
const TIMEOUT_MILLISECONDS = 5_000;
const MAX_RESPONSE_BYTES = 16 * 1024;
/** A token can contain a shorter input by chance. */
const MIN_ECHOED_DIGITS = 8;

/** No response has begun, and a second attempt may succeed. All other errors before the response come from TLS. */
const CONNECTION_ERRORS = new Set([
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

const AcceptedBody = z.object({
  // Connect limits the values of a function's response to these characters.
  token: z.string().check(z.regex(/^[\w-]{1,255}$/)),
  declined: z.optional(z.literal(false)),
});
const DeclinedBody = z.object({ declined: z.literal(true), token: z.optional(z.null()) });

/**
 * POSTs the card as JSON to the user's endpoint, which responds with a token or declines. Errors contain no part of the
 * request and, of the response, only the HTTP status. Errors of Node are replaced, because they could quote data.
 */
export class HttpsPayment implements PaymentConnector {
  /** @param secrets the endpoint's bearer secrets */
  constructor(
    readonly endpoint: { url: string; secretParameter: string },
    readonly secrets: ParameterCache<string>,
    readonly clock: Clock,
  ) {}

  async tokenize(card: Card, deadline: number): Promise<PaymentResult> {
    const paymentDeadline = Math.min(this.clock() + TIMEOUT_MILLISECONDS, deadline);
    const signal = AbortSignal.timeout(Math.max(0, paymentDeadline - this.clock()));
    const secret = await this.secrets.get(this.endpoint.secretParameter, paymentDeadline);
    const send = () => post(this.endpoint.url, secret, card, signal);
    const response = await send().catch((error: unknown) => {
      // The first request may have arrived. The idempotency key shows the service that the second one is a retry.
      if (error instanceof ConnectionError) return send();
      throw error;
    });
    return readResponse(response, card);
  }
}

/** Throws payment-secret-invalid if the value cannot be sent in an HTTP header. */
export function parseBearerSecret(value: string): string {
  const secret = value.trim();
  if (/^[!-~]+$/.test(secret)) return secret;
  throw new DecryptCustomerInputError(
    "payment-secret-invalid",
    "the parameter's value is empty, or is not printable ASCII without spaces",
  );
}

interface HttpResponse {
  status: number;
  body: string;
}

class ConnectionError extends DecryptCustomerInputError {
  constructor(code: string) {
    super("payment-unavailable", `no connection to the payment endpoint (${code})`);
  }
}

function post(url: string, secret: string, card: Card, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const onTimeout = () =>
      reject(new DecryptCustomerInputError("payment-timeout", "the payment endpoint did not respond in time"));
    if (signal.aborted) return onTimeout();
    signal.addEventListener("abort", onTimeout, { once: true });

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
      // A new connection for each request: Lambda may have frozen the function for so long that an open one is broken.
      agent: false,
      // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED can change the default.
      rejectUnauthorized: true,
      signal,
    });
    // The card is not even queued before the certificate is verified.
    request.once("socket", (socket) => {
      socket.once("secureConnect", () => {
        trusted = true;
        request.end(requestBody(card));
      });
    });
    request.once("response", (response) => {
      readLimitedBody(response, MAX_RESPONSE_BYTES, () =>
        invalidResponse(`is longer than ${MAX_RESPONSE_BYTES} bytes`),
      ).then(
        (body) => resolve({ status: response.statusCode ?? 0, body: body.toString("utf8") }),
        (error) => reject(error instanceof DecryptCustomerInputError ? error : connectionBroken()),
      );
    });
    // Without a listener, Node reports no error for a response that changes the protocol.
    request.once("upgrade", ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, body: "" });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      reject(toPaymentError(error.code ?? error.name, trusted));
    });
  });
}

const requestBody = ({ contactId, idempotencyKey, brand, fields }: Card): string =>
  JSON.stringify({
    contactId,
    idempotencyKey,
    brand,
    fields: Object.fromEntries(Object.entries(fields).map(([name, digits]) => [name, digits.reveal()])),
  });

function readResponse({ status, body }: HttpResponse, card: Card): PaymentResult {
  // Redirects are not followed: the card is sent to the configured endpoint only.
  if (![200, 201, 402].includes(status)) {
    throw new DecryptCustomerInputError("payment-refused", `the payment endpoint responded with HTTP status ${status}`);
  }
  const json = parseJson(body);
  if (status !== 201 && DeclinedBody.safeParse(json).success) return { declined: true };
  const accepted = AcceptedBody.safeParse(json);
  if (status === 402 || !accepted.success) {
    throw invalidResponse(`with HTTP status ${status} contains neither a valid token nor "declined": true`);
  }
  const { token } = accepted.data;
  const tokenDigits = token.replace(/[_-]/g, "");
  const isEchoed = Object.values(card.fields).some(
    (field) => field.length >= MIN_ECHOED_DIGITS && tokenDigits.includes(field.reveal()),
  );
  if (isEchoed) throw invalidResponse("has a token that contains the caller's digits");
  return { token };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // the error would quote the body
  }
}

const invalidResponse = (problem: string) =>
  new DecryptCustomerInputError("payment-answer-invalid", `the payment endpoint's response ${problem}`);

const connectionBroken = () =>
  new DecryptCustomerInputError("payment-unavailable", "the connection broke during the payment endpoint's response");

/** @param code the only part of Node's error that is used: `CERT_HAS_EXPIRED`, `ECONNREFUSED`, … */
function toPaymentError(code: string, trusted: boolean): DecryptCustomerInputError {
  if (CONNECTION_ERRORS.has(code)) return new ConnectionError(code);
  if (trusted) return invalidResponse(`is not HTTP (${code})`);
  return new DecryptCustomerInputError(
    "payment-not-trusted",
    `no trusted TLS connection to the payment endpoint (${code})`,
  );
}
