import { createPrivateKey } from "node:crypto";
import type { KeyPair } from "../../encryption/key-pair";
import { PrivateKeys } from "../../functions/decrypt-customer-input/private-keys";
import { SecureParameters } from "../../functions/decrypt-customer-input/secure-parameters";
import { ParameterStore } from "../../simulator/parameter-store";
import { smallKeyPair } from "../support/key-pairs";

const ARN = "arn:aws:ssm:us-east-1:123456789012:parameter/keys/a";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/k";

let pair: KeyPair;
let parameterStore: ParameterStore;
const parameter = { name: "/keys/a", arn: ARN, type: "SecureString", keyArn: KEY_ARN, value: "" };
const environment = { ...process.env };

beforeAll(async () => {
  pair = await smallKeyPair();
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
  process.env = environment;
  await parameterStore.stop();
});

it("reads a key once, and keeps no failure", async () => {
  const keys = new PrivateKeys("/keys/", new SecureParameters(300));
  const get = () => keys.get("a", Date.now() + 6_000);
  parameter.value = "not a key";
  await expect(get()).rejects.toMatchObject({ code: "parameter-not-a-private-key" });
  parameter.value = pair.privateKey;
  const key = await get();
  expect(key.equals(createPrivateKey(pair.privateKey))).toBe(true);
  expect(await get()).toBe(key);
  expect(keys.takeMisses()).toBe(2);
  expect(keys.takeMisses()).toBe(0);
});

it("tells a key that the role has no right to read by its own code", async () => {
  const keys = new PrivateKeys("/keys/", new SecureParameters(300));
  await expect(keys.get("b", Date.now() + 6_000)).rejects.toMatchObject({ code: "unknown-key-id" });
});
