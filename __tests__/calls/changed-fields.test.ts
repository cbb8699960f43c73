import { FIELD_DEFINITIONS } from "../../contract/operations";
import { digits, type IvrConfig } from "../../settings/settings";
import { Deployment } from "../../simulator/deployment";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { changeFlow, keyPairSetting, synthesizeWith, variantOf } from "../support/stack";
import { WaitingKeypad } from "../support/waiting-keypad";

// A deployment that changes the fields updates the function first and the flow second. Calls in progress continue in the flow
// in which they began, with the updated function.
const folder = temporaryFolder();
const deployment = new Deployment({ timeLimitFactor: 20 });
afterAll(() => deployment.stop());

type Fields = NonNullable<IvrConfig["fields"]>;
const account = (min: number, max: number) => digits("accountNumber", { min, max, prompt: "Your account number." });
const FIELDS = {
  card: ["cardNumber", "expiryDate"],
  withCode: ["cardNumber", "expiryDate", "securityCode"],
  shortAccount: [account(4, 6), "cardNumber"],
  longAccount: [account(8, 10), "cardNumber"],
} satisfies Record<string, Fields>;
type Name = keyof typeof FIELDS;
const KEYS: Record<Name, string> = {
  card: "4111111111111111# 1240#",
  withCode: "4111111111111111# 1240# 123#",
  shortAccount: "12345# 4111111111111111#",
  longAccount: "123456789# 4111111111111111#",
};

const stacks = new Map<string, string>();
beforeAll(async () => {
  const pair = await smallKeyPair();
  const keyPairs = [keyPairSetting(folder, "primary", pair)];
  for (const [name, fields] of Object.entries(FIELDS)) {
    const stackDir = await synthesizeWith(folder, pair, { keyPairs, fields: fields as Fields });
    stacks.set(name, stackDir);
    // The flow of a version that did not define the fields.
    const withoutDefinitions = variantOf(stackDir, (stack) =>
      changeFlow(stack, ({ Actions }) => {
        for (const { Parameters } of Actions) {
          const attributes = Parameters.LambdaInvocationAttributes as Record<string, string> | undefined;
          delete attributes?.[FIELD_DEFINITIONS];
        }
      }),
    );
    stacks.set(`${name}, without definitions`, withoutDefinitions);
  }
}, 60_000);

const deploy = (name: string) => deployment.deploy(stacks.get(name) as string);
const callWith = async (keypad: ScriptedKeypad) => (await deployment.call(keypad, () => {})).outcome;
const call = (name: Name) => callWith(new ScriptedKeypad(KEYS[name]));

/** A call that begins in one deployment and waits at the second field until the next deployment has ended. */
async function callDuring(before: string, after: string): Promise<string> {
  await deploy(before);
  const keypad = new WaitingKeypad(KEYS[before.split(",")[0] as Name]);
  const outcome = callWith(keypad);
  await keypad.reachedSecondField;
  await deploy(after);
  keypad.goOn();
  return outcome;
}

describe("a call in progress ends well while a deployment", () => {
  it.each<[string, Name, Name]>([
    ["adds a field", "card", "withCode"],
    ["removes a field", "withCode", "card"],
    ["raises the limits of a field", "shortAccount", "longAccount"],
    ["lowers the limits of a field", "longAccount", "shortAccount"],
    ["replaces a field", "shortAccount", "card"],
  ])("%s, and the next call has the new fields", async (_, before, after) => {
    const fieldsOf = (name: Name) => new SynthesizedStack(stacks.get(name) as string).functions[0]?.environment.FIELDS;
    expect(fieldsOf(before)).not.toBe(fieldsOf(after));
    expect(await callDuring(before, after)).toBe("accepted");
    expect(await call(after)).toBe("accepted");
  });
});

describe("a flow that does not define its fields", () => {
  it("works with the fields in the function's environment", async () => {
    for (const name of ["withCode", "shortAccount"] as const) {
      await deploy(`${name}, without definitions`);
      expect(await call(name)).toBe("accepted");
    }
  });

  it("ends well in a call in progress while a deployment adds the definitions", async () => {
    expect(await callDuring("withCode, without definitions", "withCode")).toBe("accepted");
  });

  it("fails in a call in progress while a deployment changes the fields, as before", async () => {
    expect(await callDuring("card, without definitions", "withCode")).toBe("unavailable");
  });
});
