import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { fetchParameter } from "../../functions/decrypt-customer-input/parameter-store";
import { PROJECT_DIR } from "../support/project";

const MEGABYTE = 1024 * 1024;

const environment = { ...process.env };
afterAll(() => {
  process.env = environment;
});

/** Runs `test` with this server as Parameter Store. */
async function withServer(listener: RequestListener, test: () => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
  try {
    await test();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const fetch = (milliseconds = 6_000) => fetchParameter("/secrets/a", Date.now() + milliseconds);

it("retries if it is throttled, if Parameter Store fails, and if the connection breaks", async () => {
  const responses: RequestListener[] = [
    (_, response) => response.writeHead(400).end('{"__type":"ThrottlingException"}'),
    (_, response) => response.writeHead(500).end('{"__type":"InternalServerError"}'),
    (request) => request.socket.destroy(),
    (_, response) => response.writeHead(200).end('{"Parameter":{"Value":"at last"}}'),
  ];
  await withServer(
    (request, response) => responses.shift()?.(request, response),
    async () => expect(await fetch()).toBe("at last"),
  );
  expect(responses).toEqual([]);
});

it.each<[string, string, string]>([
  ["ParameterNotFound", "parameter-missing", "the parameter does not exist: /secrets/a"],
  ["InvalidKeyId", "parameter-denied", "not allowed to read or decrypt the parameter: /secrets/a"],
  ["UnrecognizedClientException", "parameter-unavailable", "responded with UnrecognizedClientException"],
])("does not retry after %s", async (type, code, message) => {
  let requests = 0;
  await withServer(
    (_, response) => {
      requests++;
      response.writeHead(400).end(JSON.stringify({ __type: type }));
    },
    async () => {
      await expect(fetch()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    },
  );
  expect(requests).toBe(1);
});

it.each<[string, RequestListener, number, string]>([
  ["no response", () => {}, 300, "did not respond in time"],
  ["a response without an end", (_, response) => response.writeHead(200).write("{"), 300, "did not respond in time"],
  [
    "throttling",
    (_, response) => response.writeHead(400).end('{"__type":"ThrottlingException"}'),
    1_500, // enough for a first response on a busy machine
    "ThrottlingException",
  ],
])("ends at the deadline, with the reason: %s", async (_, listener, milliseconds, reason) => {
  await withServer(listener, async () => {
    await expect(fetch(milliseconds)).rejects.toMatchObject({
      code: "parameter-unavailable",
      message: expect.stringContaining(reason),
    });
  });
});

describe("the size of a response", () => {
  const valueFor = (bytes: number) => "x".repeat(bytes - '{"Parameter":{"Value":""}}'.length);
  const sent = (bytes: number): RequestListener => {
    return (_, response) => response.end(JSON.stringify({ Parameter: { Value: valueFor(bytes) } }));
  };

  it("is at most 64 KB", async () => {
    await withServer(sent(64 * 1024), async () => expect(await fetch()).toBe(valueFor(64 * 1024)));
    await withServer(sent(64 * 1024 + 1), async () => {
      await expect(fetch()).rejects.toMatchObject({
        code: "parameter-unavailable",
        message: expect.stringContaining("more than 65536 bytes for the parameter: /secrets/a"),
      });
    });
  });

  it.each([200, 400, 500])("is limited in time and memory, with the HTTP status %i", async (status) => {
    const size = 300 * MEGABYTE;
    let requests = 0;
    let bytes = 0;
    const chunk = Buffer.alloc(64 * 1024, "x");
    function* body() {
      for (; bytes < size; bytes += chunk.length) yield chunk;
    }
    const listener: RequestListener = (_, response) => {
      requests++;
      response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" });
      pipeline(Readable.from(body()), response).catch(() => {}); // the client closes the connection
    };
    await withServer(listener, async () => {
      const { code, megabytes } = await fetchInProcess();
      expect(code).toBe("parameter-unavailable");
      expect(megabytes).toBeLessThan(100);
    });
    expect(requests).toBe(1);
    // What the connection's buffers hold, and not the whole body.
    expect(bytes).toBeLessThan(64 * MEGABYTE);
  });
});

/** Fetches in a process of its own. Returns the error's code, and by how much the process's memory grew at most. */
async function fetchInProcess(): Promise<{ code: string; megabytes: number }> {
  const script = join(PROJECT_DIR, "__tests__/support/fetch-process.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script], { env: process.env });
  return JSON.parse(stdout);
}
