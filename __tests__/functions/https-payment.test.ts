import { type ChildProcess, fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { ParameterStore } from "../../simulator/parameter-store";
import { type Respond, reset, startEndpoint, startServer, stopEndpoints } from "../support/payment-endpoint";
import { PROJECT_DIR, temporaryFolder } from "../support/project";
import { type TlsCertificate, tlsCertificate } from "../support/tls-certificate";
import type { TokenizeRequest, TokenizeResult } from "../support/tokenize-process";

const CARD_NUMBER = "4111111111111111";
const SECURITY_CODE = "9173";
const FIELDS = { cardNumber: CARD_NUMBER, expiryDate: "1230", securityCode: SECURITY_CODE };
const SECRET = "sk_live_7Hq2vZxN0pWb";
const TOKEN = "tok_1Nq2-x";

const folder = temporaryFolder();
let certificate: TlsCertificate;
let otherName: TlsCertificate;
let expired: TlsCertificate;
let untrusted: TlsCertificate;
let parameterStore: ParameterStore;
let child: ChildProcess;
/** whatever left the process: its streams and its messages */
let output = "";

beforeAll(async () => {
  [certificate, otherName, expired, untrusted] = await Promise.all([
    tlsCertificate("ip", "127.0.0.1"),
    tlsCertificate("dns", "payments.example"),
    tlsCertificate("ip", "127.0.0.1", { toDay: -1 }),
    tlsCertificate("ip", "127.0.0.1"),
  ]);
  const authorities = join(folder, "authorities.pem");
  writeFileSync(authorities, certificate.cert + otherName.cert + expired.cert);

  const arn = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter${name}`;
  const keyArn = "arn:aws:kms:us-east-1:123456789012:key/k";
  const values = {
    "/secret": `${SECRET}\n`,
    "/denied": SECRET,
    "/undecryptable": SECRET,
    "/spaces": `${SECRET} ${SECRET}`,
    "/line": `${SECRET}\n${SECRET}`,
    "/umlaut": `${SECRET}ä`,
    "/blank": " \n",
  };
  const readable = [...Object.keys(values), "/missing"].filter((name) => name !== "/denied").map(arn);
  const decryptable = readable.filter((name) => name !== arn("/undecryptable"));
  parameterStore = await ParameterStore.start(
    Object.entries(values).map(([name, value]) => ({ name, arn: arn(name), type: "SecureString", keyArn, value })),
    {
      arn: "arn:aws:iam::123456789012:role/function",
      statements: [
        { Effect: "Allow", Action: "ssm:GetParameter", Resource: readable },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: keyArn,
          Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": decryptable } },
        },
      ],
    },
  );
  child = fork(join(PROJECT_DIR, "__tests__/support/tokenize-process.ts"), {
    execArgv: ["--import", require.resolve("tsx")],
    silent: true,
    env: {
      NODE_EXTRA_CA_CERTS: authorities,
      // must not matter
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      AWS_ENDPOINT_URL_SSM: parameterStore.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: parameterStore.accessKeyId,
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  child.on("message", (message) => {
    output += JSON.stringify(message);
  });
});
afterEach(stopEndpoints);
afterAll(async () => {
  child.kill();
  await parameterStore.stop();
});

let ids = 0;
const keyOf = (id: number) => `the-contact-attempt-${id}`;

/** Sends a card to a port, and waits for what came of it. */
function tokenize(port: number, change: Partial<TokenizeRequest> = {}): Promise<TokenizeResult> {
  const id = ++ids;
  const request: TokenizeRequest = {
    url: `https://127.0.0.1:${port}/tokens?from=ivr`,
    secretParameter: "/secret",
    idempotencyKey: keyOf(id),
    fields: FIELDS,
    milliseconds: 6_500,
    ...change,
  };
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error("the process has ended"));
    const hear = (message: unknown) => {
      if ((message as { id: number }).id !== id) return;
      child.off("message", hear).off("exit", gone);
      resolve(message as TokenizeResult);
    };
    child.on("message", hear).on("exit", gone);
    child.send({ id, ...request });
  });
}

const json =
  (status: number, body: unknown): Respond =>
  (response) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

/** Sends a card to an endpoint that answers as said. */
async function tokenizeAt(respond: Respond, change?: Partial<TokenizeRequest>) {
  const endpoint = await startEndpoint(certificate, respond);
  const result = await tokenize(endpoint.port, change);
  return { result, endpoint };
}

describe("answers", () => {
  it.each([200, 201])("a token with status %d", async (status) => {
    const { result, endpoint } = await tokenizeAt(json(status, { token: TOKEN, id: 7 }));
    expect(result.answer).toEqual({ token: TOKEN });
    const [request] = endpoint.requests;
    expect(endpoint.requests).toHaveLength(1);
    expect([request?.method, request?.path]).toEqual(["POST", "/tokens?from=ivr"]);
    const { host, "content-length": length, ...headers } = request?.headers ?? {};
    const { authorization, ...others } = headers;
    expect(others).toEqual({
      accept: "application/json",
      connection: "close",
      "content-type": "application/json",
      "idempotency-key": keyOf(ids),
      "user-agent": "connect-secure-ivr",
    });
    expect(length).toBe(String(request?.body.length));
    // not by toEqual, whose failure would print them
    expect(authorization === `Bearer ${SECRET}`).toBe(true);
    const expected = { contactId: "the-contact", idempotencyKey: keyOf(ids), brand: "visa", fields: FIELDS };
    expect(request?.body === JSON.stringify(expected)).toBe(true);
  });

  it("tokens as long as Connect takes them, and as any may be written", async () => {
    for (const token of ["a", "Z_-9".repeat(64).slice(1), "4111110000001111", SECURITY_CODE]) {
      const { result } = await tokenizeAt(json(200, { token, declined: false }));
      expect(result.answer).toEqual({ token });
    }
  });

  it.each([200, 402])("declined with status %d", async (status) => {
    const { result, endpoint } = await tokenizeAt(json(status, { declined: true }));
    expect(result.answer).toEqual({ declined: true });
    expect(endpoint.requests).toHaveLength(1);
  });
});

describe("one more try, after a connection fault alone", () => {
  it("a port where nobody listens is tried twice", async () => {
    const { port } = await startServer(createTcpServer());
    await stopEndpoints();
    expect(await tokenize(port)).toMatchObject({ code: "payment-unavailable", connects: 2 });
  });

  it("a connection that is reset before TLS", async () => {
    const server = createTcpServer((socket) => socket.resetAndDestroy());
    const endpoint = await startServer(server);
    expect(await tokenize(endpoint.port)).toMatchObject({ code: "payment-unavailable" });
    expect(endpoint.connections).toBe(2);
  });

  it.each(["reset", "closed"])("a request whose connection is %s without an answer, with the same key", async (how) => {
    const { result, endpoint } = await tokenizeAt((response, attempt) => {
      if (attempt > 1) json(200, { token: TOKEN })(response, attempt);
      else if (how === "reset") reset(response);
      else response.socket?.end();
    });
    expect(result.answer).toEqual({ token: TOKEN });
    expect(endpoint.requests.map(({ headers }) => headers["idempotency-key"])).toEqual([keyOf(ids), keyOf(ids)]);
    expect(endpoint.requests[0]?.body === endpoint.requests[1]?.body).toBe(true);
  });

  it("and not a third", async () => {
    const { result, endpoint } = await tokenizeAt((response) => response.socket?.destroy());
    expect(result.code).toBe("payment-unavailable");
    expect(endpoint.requests).toHaveLength(2);
  });
});

describe("faults, each with its code, and after one request", () => {
  const faultOf = async (respond: Respond, change?: Partial<TokenizeRequest>) => {
    const { result, endpoint } = await tokenizeAt(respond, change);
    expect(endpoint.requests).toHaveLength(1);
    expect(result.answer).toBeUndefined();
    return result.code;
  };

  it.each([400, 401, 403, 404, 409, 429, 500, 503, 204, 202])("payment-refused: status %d", async (status) => {
    expect(await faultOf(json(status, { token: TOKEN }))).toBe("payment-refused");
  });

  it("payment-refused: a redirect, which is not followed, not even to the same host", async () => {
    const elsewhere = await startEndpoint(certificate, json(200, { token: TOKEN }));
    for (const [status, Location] of [
      [307, `https://127.0.0.1:${elsewhere.port}/`],
      [308, `http://127.0.0.1:${elsewhere.port}/`],
      [302, "/other"],
    ] as const) {
      expect(await faultOf((response) => response.writeHead(status, { Location }).end())).toBe("payment-refused");
    }
    expect(elsewhere.connections).toBe(0);
  });

  it.each<[string, unknown]>([
    ["nothing", {}],
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
    expect(await faultOf(json(200, body))).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: an answer under the other's status", async () => {
    expect(await faultOf(json(402, { token: TOKEN }))).toBe("payment-answer-invalid");
    expect(await faultOf(json(201, { declined: true }))).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: the card number in the token, grouped or not", async () => {
    const grouped = CARD_NUMBER.replace(/(.{4})(?=.)/g, "$1-");
    for (const token of [CARD_NUMBER, `tok_${CARD_NUMBER}`, grouped, `${grouped.replaceAll("-", "_")}_x`]) {
      expect(await faultOf(json(200, { token }))).toBe("payment-answer-invalid");
    }
  });

  it("payment-answer-invalid: HTML", async () => {
    const page = `<html>${CARD_NUMBER} ${SECRET}</html>`;
    const html: Respond = (response) => response.writeHead(200, { "Content-Type": "text/html" }).end(page);
    expect(await faultOf(html)).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: a token of 10 MB, of which little is read", async () => {
    let written = 0;
    const fault = await faultOf((response) => {
      response.on("error", () => {});
      response.socket?.on("close", () => {
        written = response.socket?.bytesWritten ?? written;
      });
      json(200, { token: "a".repeat(10_000_000) })(response, 1);
    });
    expect(fault).toBe("payment-answer-invalid");
    expect(written).toBeLessThan(10_000_000);
  });

  it("payment-answer-invalid: a body without an end, in pieces", async () => {
    const endless: Respond = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x".repeat(1_000)), 1);
      response.on("close", () => clearInterval(timer));
    };
    expect(await faultOf(endless)).toBe("payment-answer-invalid");
  });

  it("payment-answer-invalid: no HTTP, headers without an end, another protocol", async () => {
    for (const text of ["hello\r\n\r\n", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`]) {
      expect(await faultOf((response) => response.socket?.end(text))).toBe("payment-answer-invalid");
    }
    const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n";
    expect(await faultOf((response) => response.socket?.write(upgrade))).toBe("payment-refused");
  });

  it("payment-unavailable: a connection that ends in the midst of the answer", async () => {
    const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"token":"a"}';
    expect(await faultOf((response) => response.socket?.end(half))).toBe("payment-unavailable");
  });
});

describe("payment-timeout", () => {
  const never: Respond = () => {};

  it("no answer within 5 s", async () => {
    const { result, endpoint } = await tokenizeAt(never);
    expect(result.code).toBe("payment-timeout");
    expect(result.milliseconds).toBeGreaterThan(4_900);
    expect(result.milliseconds).toBeLessThan(6_000);
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each<[string, Respond]>([
    ["slow headers", never],
    ["a body that does not begin", (response) => response.writeHead(200).flushHeaders()],
    ["a body that does not end", (response) => response.writeHead(200).write('{"token":')],
    [
      "a reset, and then silence",
      (response, attempt) => {
        if (attempt === 1) reset(response);
      },
    ],
  ])("sooner, where the function has less time: %s", async (_, respond) => {
    const { result } = await tokenizeAt(respond, { milliseconds: 500 });
    expect(result.code).toBe("payment-timeout");
    expect(result.milliseconds).toBeLessThan(1_500);
  });

  it("a server that accepts connections and says nothing", async () => {
    const endpoint = await startServer(createTcpServer());
    expect(await tokenize(endpoint.port, { milliseconds: 500 })).toMatchObject({ code: "payment-timeout" });
    expect(endpoint.connections).toBe(1);
  });

  it("nothing is sent where no time is left", async () => {
    const { result, endpoint } = await tokenizeAt(json(200, { token: TOKEN }), { milliseconds: -1 });
    expect(result.code).toBe("payment-timeout");
    expect(endpoint.requests).toHaveLength(0);
  });
});

describe("payment-not-trusted, tried once, and nothing is sent", () => {
  it.each<[string, () => TlsCertificate]>([
    ["a certificate of an unknown authority", () => untrusted],
    ["another host's certificate", () => otherName],
    ["an expired certificate", () => expired],
  ])("%s", async (_, served) => {
    const endpoint = await startEndpoint(served(), json(200, { token: TOKEN }));
    expect(await tokenize(endpoint.port)).toMatchObject({ code: "payment-not-trusted", connects: 1 });
    expect(endpoint.requests).toEqual([]);
  });

  it("HTTP without TLS", async () => {
    let requests = 0;
    const server = createHttpServer((_, response) => {
      requests++;
      response.end("{}");
    });
    const endpoint = await startServer(server);
    expect(await tokenize(endpoint.port)).toMatchObject({ code: "payment-not-trusted", connects: 1 });
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
  ])("%s: %s, and nobody is connected to", async (secretParameter, code) => {
    const { result, endpoint } = await tokenizeAt(json(200, { token: TOKEN }), { secretParameter });
    expect(result.code).toBe(code);
    expect(endpoint.connections).toBe(0);
  });
});

// The last one, since it looks at what all the others have left.
it("in all of that the process tells nothing of card, security code and secret", () => {
  // what the tests themselves make a token of is told as one
  const told = output.replaceAll(`"token":"${SECURITY_CODE}"`, "");
  expect(told.split('"id":').length).toBeGreaterThan(60);
  expect(told).toContain("payment-answer-invalid");
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
      expect([name, form, told.includes(text)]).toEqual([name, form, false]);
    }
  }
});
