import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { type Respond, reset, startEndpoint, startServer, stopEndpoints } from "../support/payment-endpoint";
import { CARD_NUMBER, FIELDS, PaymentProcess, SECRET, SECURITY_CODE } from "../support/payment-process";
import { temporaryFolder } from "../support/project";
import { type TlsCertificate, tlsCertificate } from "../support/tls-certificate";
import type { TokenizeRequest } from "../support/tokenize-process";

const TOKEN = "tok_1Nq2-x";

const folder = temporaryFolder();
let certificate: TlsCertificate;
let otherName: TlsCertificate;
let expired: TlsCertificate;
let untrusted: TlsCertificate;
let payment: PaymentProcess;

beforeAll(async () => {
  [certificate, otherName, expired, untrusted] = await Promise.all([
    tlsCertificate("ip", "127.0.0.1"),
    tlsCertificate("dns", "payments.example"),
    tlsCertificate("ip", "127.0.0.1", { toDay: -1 }),
    tlsCertificate("ip", "127.0.0.1"),
  ]);
  payment = await PaymentProcess.start(folder, certificate.cert + otherName.cert + expired.cert);
});
afterEach(stopEndpoints);
afterAll(() => payment.stop());

const json =
  (status: number, body: unknown): Respond =>
  (response) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

/** Sends a card to an endpoint that responds with `respond`. */
async function tokenizeAt(respond: Respond, change?: Partial<TokenizeRequest>) {
  const endpoint = await startEndpoint(certificate, respond);
  const result = await payment.tokenize(endpoint.port, change);
  return { result, endpoint };
}

describe("returns", () => {
  it.each([200, 201])("a token with status %d", async (status) => {
    const { result, endpoint } = await tokenizeAt(json(status, { token: TOKEN, id: 7 }));
    expect(result.response).toEqual({ token: TOKEN });
    const [request] = endpoint.requests;
    expect(endpoint.requests).toHaveLength(1);
    expect([request?.method, request?.path]).toEqual(["POST", "/tokens?from=ivr"]);
    const { host, "content-length": length, ...headers } = request?.headers ?? {};
    const { authorization, ...others } = headers;
    expect(others).toEqual({
      accept: "application/json",
      connection: "close",
      "content-type": "application/json",
      "idempotency-key": payment.idempotencyKey,
      "user-agent": "connect-secure-ivr",
    });
    expect(length).toBe(String(request?.body.length));
    // A failure of toEqual would print the secret and the card.
    expect(authorization === `Bearer ${SECRET}`).toBe(true);
    const { idempotencyKey } = payment;
    const expected = { contactId: "the-contact", idempotencyKey, brand: "visa", fields: FIELDS };
    expect(request?.body === JSON.stringify(expected)).toBe(true);
  });

  it("tokens of all forms that Connect allows", async () => {
    for (const token of ["a", "Z_-9".repeat(64).slice(1), "4111110000001111", SECURITY_CODE]) {
      const { result } = await tokenizeAt(json(200, { token, declined: false }));
      expect(result.response).toEqual({ token });
    }
  });

  it.each([200, 402])("declined with status %d", async (status) => {
    const { result, endpoint } = await tokenizeAt(json(status, { declined: true }));
    expect(result.response).toEqual({ declined: true });
    expect(endpoint.requests).toHaveLength(1);
  });
});

describe("retries once, after connection errors only", () => {
  it("a port that no server listens on", async () => {
    const { port } = await startServer(createTcpServer());
    await stopEndpoints();
    expect(await payment.tokenize(port)).toMatchObject({ code: "payment-unavailable", connects: 2 });
  });

  it("a connection that is reset before TLS", async () => {
    const server = createTcpServer((socket) => socket.resetAndDestroy());
    const endpoint = await startServer(server);
    expect(await payment.tokenize(endpoint.port)).toMatchObject({ code: "payment-unavailable" });
    expect(endpoint.connections).toBe(2);
  });

  it.each(["reset", "closed"])(
    "a request whose connection is %s before the response, with the same key",
    async (how) => {
      const { result, endpoint } = await tokenizeAt((response, attempt) => {
        if (attempt > 1) json(200, { token: TOKEN })(response, attempt);
        else if (how === "reset") reset(response);
        else response.socket?.end();
      });
      expect(result.response).toEqual({ token: TOKEN });
      expect(endpoint.requests.map(({ headers }) => headers["idempotency-key"])).toEqual([
        payment.idempotencyKey,
        payment.idempotencyKey,
      ]);
      expect(endpoint.requests[0]?.body === endpoint.requests[1]?.body).toBe(true);
    },
  );

  it("no third attempt", async () => {
    const { result, endpoint } = await tokenizeAt((response) => response.socket?.destroy());
    expect(result.code).toBe("payment-unavailable");
    expect(endpoint.requests).toHaveLength(2);
  });
});

describe("throws after one request", () => {
  const codeOf = async (respond: Respond, change?: Partial<TokenizeRequest>) => {
    const { result, endpoint } = await tokenizeAt(respond, change);
    expect(endpoint.requests).toHaveLength(1);
    expect(result.response).toBeUndefined();
    return result.code;
  };

  it.each([400, 401, 403, 404, 409, 429, 500, 503, 204, 202])("payment-refused: status %d", async (status) => {
    expect(await codeOf(json(status, { token: TOKEN }))).toBe("payment-refused");
  });

  it("payment-refused: a redirect, which is not followed, even to the same host", async () => {
    const elsewhere = await startEndpoint(certificate, json(200, { token: TOKEN }));
    for (const [status, Location] of [
      [307, `https://127.0.0.1:${elsewhere.port}/`],
      [308, `http://127.0.0.1:${elsewhere.port}/`],
      [302, "/other"],
    ] as const) {
      expect(await codeOf((response) => response.writeHead(status, { Location }).end())).toBe("payment-refused");
    }
    expect(elsewhere.connections).toBe(0);
  });

  it.each<[string, unknown]>([
    ["an empty object", {}],
    ["a list", [{ token: TOKEN }]],
    ["a text", TOKEN],
    ["null", null],
    ["a number for a token", { token: 1 }],
    ["an empty token", { token: "" }],
    ["a token of 256 characters", { token: "a".repeat(256) }],
    ["a token with a dot", { token: "tok.en" }],
    ["a token with a line feed at its end", { token: "token\n" }],
    ["a token that declined", { token: "a", declined: true }],
    ["declined, and not true", { declined: "true" }],
    ["not declined, and no token", { declined: false }],
  ])("payment-answer-invalid: %s", async (_, body) => {
    expect(await codeOf(json(200, body))).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: a token or a decline with the wrong status", async () => {
    expect(await codeOf(json(402, { token: TOKEN }))).toBe("payment-answer-invalid");
    expect(await codeOf(json(201, { declined: true }))).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: the card number in the token, grouped or not", async () => {
    const grouped = CARD_NUMBER.replace(/(.{4})(?=.)/g, "$1-");
    for (const token of [CARD_NUMBER, `tok_${CARD_NUMBER}`, grouped, `${grouped.replaceAll("-", "_")}_x`]) {
      expect(await codeOf(json(200, { token }))).toBe("payment-answer-invalid");
    }
  });

  it("payment-answer-invalid: HTML", async () => {
    const page = `<html>${CARD_NUMBER} ${SECRET}</html>`;
    const html: Respond = (response) => response.writeHead(200, { "Content-Type": "text/html" }).end(page);
    expect(await codeOf(html)).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: a token of 10 MB, which is not read to its end", async () => {
    let written = 0;
    const code = await codeOf((response) => {
      response.on("error", () => {});
      response.socket?.on("close", () => {
        written = response.socket?.bytesWritten ?? written;
      });
      json(200, { token: "a".repeat(10_000_000) })(response, 1);
    });
    expect(code).toBe("payment-answer-invalid");
    expect(written).toBeLessThan(10_000_000);
  });

  it("payment-answer-invalid: a body in pieces, without an end", async () => {
    const endless: Respond = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x".repeat(1_000)), 1);
      response.on("close", () => clearInterval(timer));
    };
    expect(await codeOf(endless)).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: no HTTP, headers that are too long, another protocol", async () => {
    for (const text of ["hello\r\n\r\n", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`]) {
      expect(await codeOf((response) => response.socket?.end(text))).toBe("payment-answer-invalid");
    }
    const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n";
    expect(await codeOf((response) => response.socket?.write(upgrade))).toBe("payment-refused");
  });

  it("payment-unavailable: a connection that breaks during the response", async () => {
    const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"token":"a"}';
    expect(await codeOf((response) => response.socket?.end(half))).toBe("payment-unavailable");
  });
});

// https-payment.slow.ts tests the limit of 5 s.
describe("payment-timeout, at the function's deadline", () => {
  it("of slow endpoints", async () => {
    const slow: Record<string, Respond> = {
      "no response": () => {},
      "a body that does not begin": (response) => response.writeHead(200).flushHeaders(),
      "a body that does not end": (response) => response.writeHead(200).write('{"token":'),
      "a reset, then no response": (response, attempt) => {
        if (attempt === 1) reset(response);
      },
    };
    const results = await Promise.all(
      Object.entries(slow).map(async ([name, respond]) => {
        const { result } = await tokenizeAt(respond, { milliseconds: 500 });
        return [name, result.code, result.milliseconds < 5_000];
      }),
    );
    expect(results).toEqual(Object.keys(slow).map((name) => [name, "payment-timeout", true]));
  });

  it("of a server that accepts connections and sends nothing", async () => {
    const endpoint = await startServer(createTcpServer());
    expect(await payment.tokenize(endpoint.port, { milliseconds: 500 })).toMatchObject({ code: "payment-timeout" });
    expect(endpoint.connections).toBe(1);
  });

  it("without a request if no time is left", async () => {
    const { result, endpoint } = await tokenizeAt(json(200, { token: TOKEN }), { milliseconds: -1 });
    expect(result.code).toBe("payment-timeout");
    expect(endpoint.requests).toHaveLength(0);
  });
});

describe("payment-not-trusted after one attempt, and nothing is sent", () => {
  it.each<[string, () => TlsCertificate]>([
    ["a certificate of an unknown authority", () => untrusted],
    ["another host's certificate", () => otherName],
    ["an expired certificate", () => expired],
  ])("%s", async (_, served) => {
    const endpoint = await startEndpoint(served(), json(200, { token: TOKEN }));
    expect(await payment.tokenize(endpoint.port)).toMatchObject({ code: "payment-not-trusted", connects: 1 });
    expect(endpoint.requests).toEqual([]);
  });

  it("HTTP without TLS", async () => {
    let requests = 0;
    const server = createHttpServer((_, response) => {
      requests++;
      response.end("{}");
    });
    const endpoint = await startServer(server);
    expect(await payment.tokenize(endpoint.port)).toMatchObject({ code: "payment-not-trusted", connects: 1 });
    expect(requests).toBe(0);
  });
});

describe("the secret", () => {
  it.each([
    ["/missing", "parameter-missing"],
    ["/denied", "parameter-denied"],
    ["/undecryptable", "parameter-denied"],
    ["/spaces", "payment-secret-invalid"],
    ["/line", "payment-secret-invalid"],
    ["/umlaut", "payment-secret-invalid"],
    ["/blank", "payment-secret-invalid"],
  ])("%s: %s, without a connection to the endpoint", async (secretParameter, code) => {
    const { result, endpoint } = await tokenizeAt(json(200, { token: TOKEN }), { secretParameter });
    expect(result.code).toBe(code);
    expect(endpoint.connections).toBe(0);
  });
});

// The last test: it searches the output of all tests above.
it("the process never writes card number, security code or secret", () => {
  // A test above uses the security code as a token, which the result contains.
  const output = payment.output.replaceAll(`"token":"${SECURITY_CODE}"`, "");
  expect(output.split('"id":').length).toBeGreaterThan(60);
  expect(output).toContain("payment-answer-invalid");
  const secrets = { CARD_NUMBER, SECURITY_CODE, SECRET };
  for (const [name, secret] of Object.entries(secrets)) {
    const forms = [
      secret,
      secret.slice(0, 12),
      secret.replace(/(.{4})(?=.)/g, "$1-"),
      Buffer.from(secret).toString("base64").replace(/=+$/, "").slice(0, -1),
      Buffer.from(secret).toString("hex"),
    ];
    for (const [form, text] of forms.entries()) {
      expect([name, form, output.includes(text)]).toEqual([name, form, false]);
    }
  }
});
