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

const CARD = "4111111111111111";
const CALLERS = 3;
const CACHE_SECONDS = 1;

const folder = temporaryFolder();
const deployment = new Deployment();
afterAll(() => deployment.stop());

type Pair = Awaited<ReturnType<typeof smallKeyPair>>;
let pairs: { old: Pair; new: Pair };
/** by step of the rotation: before it, add, switch, remove */
let steps: { before: string; add: string; switch: string; remove: string };
beforeAll(async () => {
  pairs = { old: await smallKeyPair(), new: await smallKeyPair() };
  const setting = (name: "old" | "new") => {
    const keys = join(folder, name);
    writeKeyPair(keys, pairs[name]);
    const { certificate, privateKey } = keyPairFiles(keys);
    return { name, certificateFile: certificate, privateKeyFile: privateKey };
  };
  const [before, after] = [setting("old"), setting("new")];
  const step = async (config: IvrConfig) =>
    variantOf(await synthesizeWith(folder, pairs.old, { fields: ["cardNumber", "expiryDate"], ...config }), (stack) => {
      const { variables } = only(stack, "aws_lambda_function").environment as { variables: Record<string, string> };
      variables.SECRET_CACHE_SECONDS = String(CACHE_SECONDS); // nobody waits five minutes for a test
    });
  steps = {
    before: await step({ keyPairs: [before] }),
    add: await step({ keyPairs: [before, after], encryptWith: "old" }),
    switch: await step({ keyPairs: [before, after] }),
    remove: await step({ keyPairs: [after] }),
  };
}, 60_000);

/** A caller who stops before the second field until told to go on. */
class HesitantKeypad extends ScriptedKeypad {
  #prompts = 0;
  readonly hesitating: Promise<void>;
  goOn = () => {};
  #hesitates = () => {};
  readonly #told = new Promise<void>((resolve) => {
    this.goOn = resolve;
  });

  constructor(script: string) {
    super(script);
    this.hesitating = new Promise((resolve) => {
      this.#hesitates = resolve;
    });
  }

  override startPrompt(): void {
    super.startPrompt();
    this.#prompts++;
  }

  override async nextKey() {
    if (this.#prompts > 1) {
      this.#hesitates();
      await this.#told;
    }
    return super.nextKey();
  }
}

const SCRIPT = `${CARD}# 1240#`;

interface Call {
  outcome: string;
  /** of the keys that its inputs were encrypted under */
  keyIds: string[];
}

async function ring(keypad = new ScriptedKeypad(SCRIPT)): Promise<Call> {
  const events: CallEvent[] = [];
  const { outcome } = await deployment.call(keypad, (event) => events.push(event));
  const logged = events.flatMap((event) =>
    event.type === "function-log" ? [event.entry as { keyIds?: string[] }] : [],
  );
  return { outcome, keyIds: [...new Set(logged.flatMap(({ keyIds = [] }) => keyIds))] };
}

it("rotates under load: no call fails, whichever key its inputs were encrypted under", async () => {
  const idOf = (step: string, name: "old" | "new") => {
    const found = [...new SynthesizedStack(step).securityKeys].find(([, key]) => key === pairs[name].publicKey);
    return found?.[0] as string;
  };
  const oldKeyId = idOf(steps.add, "old");
  const newKeyId = idOf(steps.add, "new");
  const send = (encrypted: string) =>
    deployment.invoke(
      new SynthesizedStack(steps.before).functions[0]?.arn as string,
      { Details: { ContactData: { ContactId: "retried" }, Parameters: { EncryptedCreditCard: encrypted } } },
      8,
    );
  const calls: Call[] = [];
  let goOn = true;
  await deployment.deploy(steps.before);
  // An environment for each, before they call: one that takes longer to start than a prepare waits is busy at the check.
  await Promise.all(Array.from({ length: CALLERS }, () => send("Timeout")));
  const callers = Array.from({ length: CALLERS }, async () => {
    while (goOn) calls.push(await ring());
  });
  /** until as many calls more have ended as there are callers, twice: the second of each has begun since */
  const someCalls = async () => {
    const from = calls.length;
    while (calls.length < from + 2 * CALLERS) await new Promise((resolve) => setTimeout(resolve, 20));
    return calls.slice(from);
  };
  const publicKey = createPublicKey(pairs.old.publicKey);
  const underTheOldKey = await encryptCustomerInput(new SensitiveDigits(CARD), { keyId: oldKeyId, publicKey });

  expect(await someCalls()).toContainEqual({ outcome: "accepted", keyIds: [oldKeyId] });
  await deployment.deploy(steps.add);
  const undecided = new HesitantKeypad(SCRIPT);
  const hesitant = ring(undecided);
  await undecided.hesitating;
  await someCalls();

  await deployment.deploy(steps.switch);
  expect(await someCalls()).toContainEqual({ outcome: "accepted", keyIds: [newKeyId] });
  // what was encrypted before the switch arrives after it
  undecided.goOn();
  expect(await hesitant).toEqual({ outcome: "accepted", keyIds: [oldKeyId] });
  expect(await send(underTheOldKey)).toEqual({ answer: expect.stringContaining('"outcome":"accepted"') });

  await deployment.deploy(steps.remove);
  await someCalls();
  goOn = false;
  await Promise.all(callers);
  expect([...new Set(calls.map(({ outcome }) => outcome))]).toEqual(["accepted"]);
  // one for each that was busy at a time: no deployment has replaced the function
  expect(deployment.environmentCount).toBeLessThanOrEqual(CALLERS + 2);

  await new Promise((resolve) => setTimeout(resolve, CACHE_SECONDS * 1000));
  // at the same time, so that each environment gets one
  const refused = await Promise.all(Array.from({ length: deployment.environmentCount }, () => send(underTheOldKey)));
  expect(refused).toEqual(refused.map(() => ({ fault: expect.stringContaining("unknown-key-id") })));
});

it("changes nothing of the function from step to step", () => {
  const [first, ...others] = Object.values(steps).map((step) => new SynthesizedStack(step).functions[0]);
  const untouched = (deployed: DeployedFunction | undefined) => ({ ...deployed, zipFile: "", role: "" });
  for (const other of others) expect(untouched(other)).toEqual(untouched(first));
});
