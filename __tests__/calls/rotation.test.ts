import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import { encryptCustomerInput } from "../../encryption/encrypt";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import type { IvrConfig } from "../../settings/settings";
import type { CallEvent } from "../../simulator/call-events";
import { Deployment } from "../../simulator/deployment";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { type DeployedFunction, SynthesizedStack } from "../../simulator/synthesized-stack";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { only, synthesizeWith, variantOf } from "../support/stack";
import { WaitingKeypad } from "../support/waiting-keypad";

const CARD = "4111111111111111";
const CALLERS = 3;
const CACHE_SECONDS = 1;

const folder = temporaryFolder();
const deployment = new Deployment({ timeLimitFactor: 20 });
afterAll(() => deployment.stop());

type Pair = Awaited<ReturnType<typeof smallKeyPair>>;
let pairs: { current: Pair; next: Pair };
/** folder of the stack before the rotation, and after each of its steps */
let steps: { before: string; add: string; switch: string; remove: string };
beforeAll(async () => {
  pairs = { current: await smallKeyPair(), next: await smallKeyPair() };
  const setting = (name: "current" | "next") => {
    const keys = join(folder, name);
    writeKeyPair(keys, pairs[name]);
    const { certificate, privateKey } = keyPairFiles(keys);
    return { name, certificateFile: certificate, privateKeyFile: privateKey };
  };
  const [before, after] = [setting("current"), setting("next")];
  const step = async (config: IvrConfig) =>
    variantOf(
      await synthesizeWith(folder, pairs.current, { fields: ["cardNumber", "expiryDate"], ...config }),
      (stack) => {
        const { variables } = only(stack, "aws_lambda_function").environment as { variables: Record<string, string> };
        variables.SECRET_CACHE_SECONDS = String(CACHE_SECONDS); // the default is five minutes
      },
    );
  steps = {
    before: await step({ keyPairs: [before] }),
    add: await step({ keyPairs: [before, after], encryptWith: "current" }),
    switch: await step({ keyPairs: [before, after] }),
    remove: await step({ keyPairs: [after] }),
  };
}, 60_000);

const SCRIPT = `${CARD}# 1240#`;

interface Call {
  outcome: string;
  /** ids of the keys that its inputs were encrypted with */
  keyIds: string[];
}

async function callOnce(keypad = new ScriptedKeypad(SCRIPT)): Promise<Call> {
  const events: CallEvent[] = [];
  const { outcome } = await deployment.call(keypad, (event) => events.push(event));
  const logged = events.flatMap((event) =>
    event.type === "function-log" ? [event.entry as { keyIds?: string[] }] : [],
  );
  return { outcome, keyIds: [...new Set(logged.flatMap(({ keyIds = [] }) => keyIds))] };
}

it("rotates during calls: no call fails, whichever key its inputs were encrypted with", async () => {
  const idOf = (step: string, name: "current" | "next") => {
    const found = [...new SynthesizedStack(step).securityKeys].find(([, key]) => key === pairs[name].publicKey);
    return found?.[0] as string;
  };
  const currentKeyId = idOf(steps.add, "current");
  const nextKeyId = idOf(steps.add, "next");
  const send = (encrypted: string) =>
    deployment.invoke(
      new SynthesizedStack(steps.before).functions[0]?.arn as string,
      { Details: { ContactData: { ContactId: "retried" }, Parameters: { EncryptedCreditCard: encrypted } } },
      8,
    );
  const calls: Call[] = [];
  let goOn = true;
  await deployment.deploy(steps.before);
  // One environment for each caller.
  await Promise.all(Array.from({ length: CALLERS }, () => send("Timeout")));
  const callers = Array.from({ length: CALLERS }, async () => {
    while (goOn) calls.push(await callOnce());
  });
  /** Waits for two calls of each caller: the second one began after this function was called. */
  const someCalls = async () => {
    const from = calls.length;
    while (calls.length < from + 2 * CALLERS) await new Promise((resolve) => setTimeout(resolve, 20));
    return calls.slice(from);
  };
  const publicKey = createPublicKey(pairs.current.publicKey);
  const underCurrentKey = await encryptCustomerInput(new SensitiveDigits(CARD), { keyId: currentKeyId, publicKey });

  expect(await someCalls()).toContainEqual({ outcome: "accepted", keyIds: [currentKeyId] });
  await deployment.deploy(steps.add);
  const waiting = new WaitingKeypad(SCRIPT);
  const waitingCall = callOnce(waiting);
  await waiting.reachedSecondField;
  await someCalls();

  await deployment.deploy(steps.switch);
  expect(await someCalls()).toContainEqual({ outcome: "accepted", keyIds: [nextKeyId] });
  // An input that was encrypted before the switch arrives after it.
  waiting.goOn();
  expect(await waitingCall).toEqual({ outcome: "accepted", keyIds: [currentKeyId] });
  expect(await send(underCurrentKey)).toEqual({ response: expect.stringContaining('"outcome":"accepted"') });

  await deployment.deploy(steps.remove);
  await someCalls();
  goOn = false;
  await Promise.all(callers);
  expect([...new Set(calls.map(({ outcome }) => outcome))]).toEqual(["accepted"]);
  // Enough for all invocations at the same time: no deployment has replaced the function.
  expect(deployment.environmentCount).toBeLessThanOrEqual(CALLERS + 2);

  await new Promise((resolve) => setTimeout(resolve, CACHE_SECONDS * 1000));
  // At the same time, so that each environment gets one.
  const rejected = await Promise.all(Array.from({ length: deployment.environmentCount }, () => send(underCurrentKey)));
  expect(rejected).toEqual(rejected.map(() => ({ error: expect.stringContaining("unknown-key-id") })));
});

it("does not change the function in any step", () => {
  const [first, ...others] = Object.values(steps).map((step) => new SynthesizedStack(step).functions[0]);
  const untouched = (deployed: DeployedFunction | undefined) => ({ ...deployed, zipFile: "", role: "" });
  for (const other of others) expect(untouched(other)).toEqual(untouched(first));
});
