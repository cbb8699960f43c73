import { createPrivateKey } from "node:crypto";
import { ParameterCache } from "../../functions/decrypt-customer-input/parameter-cache";
import { ParameterNotGrantedError } from "../../functions/decrypt-customer-input/parameter-store";
import { PrivateKeys, parsePrivateKeyParameter } from "../../functions/decrypt-customer-input/private-keys";
import { smallKeyPair } from "../support/key-pairs";

const privateKeys = (fetchParameter: (name: string) => Promise<string>) =>
  new PrivateKeys(
    "/keys/",
    new ParameterCache({ cacheSeconds: 300, fetchParameter, clock: Date.now, parse: parsePrivateKeyParameter }),
  );
const deadline = () => Date.now() + 6_000;

it("fetches a key once, and does not cache a failure", async () => {
  const pair = await smallKeyPair();
  const values = ["not a key", pair.privateKey];
  const names: string[] = [];
  const keys = privateKeys(async (name) => {
    names.push(name);
    return values.shift() ?? "";
  });
  await expect(keys.get("a", deadline())).rejects.toMatchObject({ code: "parameter-not-a-private-key" });
  const key = await keys.get("a", deadline());
  expect(key.equals(createPrivateKey(pair.privateKey))).toBe(true);
  expect(await keys.get("a", deadline())).toBe(key);
  expect(names).toEqual(["/keys/a", "/keys/a"]);
  expect(keys.takeMisses()).toBe(2);
  expect(keys.takeMisses()).toBe(0);
});

it("has its own error code for a key that the role is not allowed to read", async () => {
  const keys = privateKeys(() => Promise.reject(new ParameterNotGrantedError("parameter-denied", "test")));
  await expect(keys.get("b", deadline())).rejects.toMatchObject({ code: "unknown-key-id" });
});
