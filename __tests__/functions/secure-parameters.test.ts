import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { SecureParameters } from "../../functions/decrypt-customer-input/secure-parameters";
import { ParameterStore } from "../../simulator/parameter-store";

const NAME = "/secrets/a";
const ARN = `arn:aws:ssm:us-east-1:123456789012:parameter${NAME}`;
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/k";
const ROLE = {
  arn: "arn:aws:iam::123456789012:role/function",
  statements: [
    { Effect: "Allow", Action: "ssm:GetParameter", Resource: ARN },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: KEY_ARN },
  ],
};
const MINUTE = 60_000;

let parameterStore: ParameterStore;
let value = "";
let asked = 0;
/** what keeps Parameter Store from answering, by a status of 500 */
let isDown = false;
const parameter = {
  name: NAME,
  arn: ARN,
  type: "SecureString",
  keyArn: KEY_ARN,
  get value() {
    asked++;
    if (isDown) throw new Error("down");
    return value;
  },
};
const environment = { ...process.env };

beforeAll(async () => {
  parameterStore = await ParameterStore.start([parameter], ROLE);
});
beforeEach(() => {
  // The clock alone: servers and the SDK need their timers.
  jest.useFakeTimers({
    doNotFake: ["nextTick", "setImmediate", "setTimeout", "clearTimeout", "queueMicrotask"],
  });
  Object.assign(parameterStore, { parameters: [parameter], role: ROLE });
  [value, asked, isDown] = ["first", 0, false];
  useStore();
});
afterEach(() => jest.useRealTimers());
afterAll(async () => {
  process.env = environment;
  await parameterStore.stop();
});
function useStore({ url = parameterStore.url, accessKeyId = parameterStore.accessKeyId } = {}): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

/** Parameter Store refuses whoever it does not know, which no retry changes: a refresh fails, and fails at once. */
const refuseAll = () => useStore({ accessKeyId: "unknown" });

/** Another server in its place, for as long as the test runs. */
async function inItsPlace(listener: RequestListener, test: () => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  useStore({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  try {
    await test();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const get = (parameters: SecureParameters, milliseconds = 6_000) =>
  parameters.get(NAME, (text) => text, Date.now() + milliseconds);
const pass = (minutes: number) => jest.setSystemTime(Date.now() + minutes * MINUTE);
/** Until what nobody waits for has happened. */
const eventually = async (happened: () => unknown) => {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 5));
};

it("fetches once for all who ask at the same time", async () => {
  const parameters = new SecureParameters(300);
  expect(await Promise.all([get(parameters), get(parameters), get(parameters)])).toEqual(Array(3).fill("first"));
  expect(asked).toBe(1);
});

it("fetches again before five minutes are over, while calls go on with what there is", async () => {
  const parameters = new SecureParameters(300);
  await get(parameters);
  value = "second";
  pass(2.9);
  expect(await get(parameters)).toBe("first");
  expect(asked).toBe(1);
  pass(1.2);
  expect(await Promise.all([get(parameters), get(parameters)])).toEqual(["first", "first"]);
  await eventually(async () => (await get(parameters)) === "second");
  expect(asked).toBe(2);
  expect(parameters.takeStale()).toEqual([]);
});

it("waits for a refresh once five minutes are over", async () => {
  const parameters = new SecureParameters(300);
  await get(parameters);
  value = "second";
  pass(5.1);
  expect(parameters.has(NAME)).toBe(false);
  expect(await get(parameters)).toBe("second");
  expect(parameters.takeStale()).toEqual([]);
});

it("goes on with what there is for up to fifteen minutes, and tells so, when a refresh fails", async () => {
  const parameters = new SecureParameters(300);
  await get(parameters);
  refuseAll();
  pass(4.5);
  expect(await get(parameters)).toBe("first");
  expect(parameters.takeStale()).toEqual([]);
  pass(1);
  expect(await get(parameters)).toBe("first");
  expect(parameters.takeStale()).toEqual([{ parameter: NAME, ageSeconds: 330 }]);
  pass(9);
  expect(await get(parameters)).toBe("first");
  expect(parameters.takeStale()).toEqual([{ parameter: NAME, ageSeconds: 870 }]);
  pass(0.5);
  await expect(get(parameters)).rejects.toMatchObject({ code: "parameter-unavailable" });
});

it("takes what it gets after a refresh that failed, and a pause", async () => {
  const parameters = new SecureParameters(300);
  await get(parameters);
  refuseAll();
  pass(6);
  expect(await get(parameters)).toBe("first");
  useStore();
  value = "second";
  expect(await get(parameters)).toBe("first");
  expect(parameters.takeStale()).toHaveLength(2);
  pass(0.25);
  expect(await get(parameters)).toBe("second");
  expect(parameters.takeStale()).toEqual([]);
});

it("waits no longer than it may for a Parameter Store that is down", async () => {
  const parameters = new SecureParameters(300);
  await get(parameters);
  isDown = true;
  pass(6);
  expect(await get(parameters, 50)).toBe("first");
  expect(parameters.takeStale()).toHaveLength(1);
  // what goes on in the background finds it up again
  isDown = false;
  value = "second";
  await eventually(async () => (await get(parameters, 50)) === "second");
});

it.each([
  ["gone", () => Object.assign(parameterStore, { parameters: [{ ...parameter, name: "/b", arn: "b" }] })],
  ["denied", () => Object.assign(parameterStore, { role: { ...ROLE, statements: [] } })],
  ["not what it should be", () => Object.assign(parameterStore, { parameters: [{ ...parameter, value: "" }] })],
])("forgets at once what Parameter Store says is %s, even if it goes silent after that", async (_, change) => {
  const parameters = new SecureParameters(300);
  const parse = (text: string) => {
    if (text === "") throw new Error("empty");
    return text;
  };
  await parameters.get(NAME, parse, Date.now() + 6_000);
  change();
  pass(4.5);
  await parameters.get(NAME, parse, Date.now() + 6_000);
  await eventually(() => !parameters.has(NAME));
  refuseAll();
  await expect(get(parameters)).rejects.toMatchObject({ code: "parameter-unavailable" });
});

it.each([
  ["has not ended when the next call comes", false],
  ["fails just before the next call", true],
])("begins anew what Lambda has frozen: a refresh that is out of time, and %s", async (_, failsBefore) => {
  const parameters = new SecureParameters(300);
  await get(parameters);
  pass(4.5);
  const nextCall = async () => {
    useStore();
    value = "second";
    expect(await get(parameters)).toBe("second");
  };
  let frozen = 0;
  await inItsPlace(
    () => frozen++,
    async () => {
      expect(await get(parameters)).toBe("first");
      await eventually(() => frozen > 0);
      pass(5);
      if (!failsBefore) await nextCall();
    },
  );
  // until the frozen one has come to its end
  await new Promise((resolve) => setTimeout(resolve, 50));
  await nextCall();
  expect(parameters.takeStale()).toEqual([]);
});

it("tries again when it is throttled, when Parameter Store fails, and when the connection breaks", async () => {
  const answers: RequestListener[] = [
    (_, response) => response.writeHead(400).end('{"__type":"ThrottlingException"}'),
    (_, response) => response.writeHead(500).end('{"__type":"InternalServerError"}'),
    (request) => request.socket.destroy(),
    (_, response) => response.writeHead(200).end('{"Parameter":{"Value":"at last"}}'),
  ];
  await inItsPlace(
    (request, response) => answers.shift()?.(request, response),
    async () => expect(await get(new SecureParameters(300))).toBe("at last"),
  );
  expect(answers).toEqual([]);
});

it("gives up in time, and says why", async () => {
  const listeners: [RequestListener, number, string][] = [
    [() => {}, 300, "did not answer in time"],
    [(_, response) => response.writeHead(200).write("{"), 300, "did not answer in time"],
    // long enough for a first answer on a busy machine, too
    [(_, response) => response.writeHead(400).end('{"__type":"ThrottlingException"}'), 1_500, "ThrottlingException"],
  ];
  jest.useRealTimers();
  for (const [listener, milliseconds, reason] of listeners) {
    await inItsPlace(listener, async () => {
      await expect(get(new SecureParameters(300), milliseconds)).rejects.toMatchObject({
        code: "parameter-unavailable",
        message: expect.stringContaining(reason),
      });
    });
  }
});
