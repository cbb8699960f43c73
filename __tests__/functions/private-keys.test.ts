import type { KeyPair } from "../../encryption/key-pair";
import { PrivateKeys } from "../../functions/decrypt-customer-input/private-keys";
import { SecureParameters } from "../../functions/decrypt-customer-input/secure-parameters";
import { ParameterStore } from "../../simulator/parameter-store";
import { smallKeyPair } from "../support/key-pairs";

const ARN = "arn:aws:ssm:us-east-1:123456789012:parameter/keys/a";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/k";
const MINUTE = 60_000;

let pair: KeyPair;
let other: KeyPair;
let parameterStore: ParameterStore;
const parameter = { name: "/keys/a", arn: ARN, type: "SecureString", keyArn: KEY_ARN, value: "" };
const privateKeys = () => new PrivateKeys("/keys/", new SecureParameters(300));
const environment = { ...process.env };

beforeAll(async () => {
  [pair, other] = await Promise.all([smallKeyPair(), smallKeyPair()]);
  parameterStore = await ParameterStore.start([parameter], {
    arn: "arn:aws:iam::123456789012:role/function",
    statements: [
      { Effect: "Allow", Action: "ssm:GetParameter", Resource: ARN },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: KEY_ARN },
    ],
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: parameterStore.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: parameterStore.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
});
afterAll(async () => {
  jest.useRealTimers();
  process.env = environment;
  await parameterStore.stop();
});

it("keeps a key for five minutes, and then notices another", async () => {
  jest.useFakeTimers({
    doNotFake: [
      "nextTick",
      "setImmediate",
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
      "queueMicrotask",
    ],
  });
  parameter.value = pair.privateKey;
  const keys = privateKeys();
  const first = await keys.get("a");
  parameter.value = other.privateKey;
  jest.setSystemTime(Date.now() + 4.9 * MINUTE);
  expect(await keys.get("a")).toBe(first);
  jest.setSystemTime(Date.now() + 0.2 * MINUTE);
  expect((await keys.get("a")).equals(first)).toBe(false);
});

it("keeps no failure", async () => {
  jest.useRealTimers();
  parameter.value = "not a key";
  const keys = privateKeys();
  await expect(keys.get("a")).rejects.toMatchObject({ code: "parameter-not-a-private-key" });
  parameter.value = pair.privateKey;
  expect((await keys.get("a")).asymmetricKeyType).toBe("rsa");
});

it("gives up on a Parameter Store that does not answer, before the function's 7 s are over", async () => {
  const { createServer } = await import("node:http");
  // one attempt gets no answer, the next one no end of it
  let attempts = 0;
  const silent = createServer((_, response) => {
    if (attempts++ > 0) response.writeHead(200, { "Content-Type": "application/x-amz-json-1.1" }).write("{");
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL_SSM = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
  const sooner = Promise.race([
    privateKeys()
      .get("a")
      .catch((error) => error.code),
    new Promise((resolve) => setTimeout(() => resolve("still waiting"), 7_000).unref()),
  ]);
  expect(await sooner).toBe("parameter-unavailable");
  silent.closeAllConnections();
  silent.close();
}, 10_000);
