import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { type DigitRules, takeDigits } from "../../simulator/keypad";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";

const RULES: DigitRules = {
  maximumLength: 6,
  terminationSequence: "#",
  cancelKey: true,
  firstDigitSeconds: 5,
  interdigitSeconds: 2,
};

async function take(script: string, rules: Partial<DigitRules> = {}) {
  const keypad = new ScriptedKeypad(script);
  keypad.startPrompt();
  const taken = await takeDigits(keypad, { ...RULES, ...rules });
  return taken instanceof SensitiveDigits ? taken.reveal() : taken;
}

it.each<[string, string, Partial<DigitRules>, string]>([
  ["the termination key, which is not part of the input", "123#45", {}, "123"],
  ["the maximum length, without a termination key", "1234567#", {}, "123456"],
  ["silence after digits", "12", {}, "12"],
  ["silence from the start", "-", {}, "silence"],
  ["hanging up", "", {}, "hang-up"],
  ["only the termination key", "#", {}, ""],
  ["star, which deletes the digits", "99*12#", {}, "12"],
  ["star, and then silence", "99*", {}, "silence"],
  ["star if it is not the cancel key", "9*1#", { cancelKey: false }, "9*1"],
  ["a longer termination sequence", "1#2##3", { terminationSequence: "##" }, "1#2"],
  ["a termination sequence with a star", "12*3", { terminationSequence: "*" }, "12"],
])("takes digits until %s", async (_, script, rules, taken) => {
  expect(await take(script, rules)).toBe(taken);
});

it("waits for the first digit and between digits as long as the flow says", async () => {
  const waited: number[] = [];
  const keys = ["1", "2"];
  await takeDigits(
    {
      startPrompt: () => {},
      nextKey: async (seconds) => {
        waited.push(seconds);
        const key = keys.shift();
        return key ? { key } : "silence";
      },
    },
    RULES,
  );
  expect(waited).toEqual([5, 2, 2]);
});

it("plays one word for each prompt", async () => {
  const keypad = new ScriptedKeypad("1# 2#");
  const answers = [];
  for (let prompt = 0; prompt < 3; prompt++) {
    keypad.startPrompt();
    answers.push(await takeDigits(keypad, RULES));
  }
  expect(answers.map((answer) => (answer instanceof SensitiveDigits ? answer.reveal() : answer))).toEqual([
    "1",
    "2",
    "hang-up",
  ]);
});

it.each(["12a#", "4111-1111", "--", "１"])(
  "rejects characters that are not on a telephone, and does not quote them: %#",
  (script) => {
    expect(() => new ScriptedKeypad(`1# ${script}`)).toThrow(
      /^Word 2 of the keys contains a character that is not on a telephone/,
    );
    try {
      new ScriptedKeypad(script);
    } catch (error) {
      expect((error as Error).message).not.toContain(script);
    }
  },
);
