import type { CallEvent } from "../../simulator/call-events";
import { Contact } from "../../simulator/contact";
import { runContactFlow } from "../../simulator/contact-flow";
import type { FunctionEnvironments } from "../../simulator/function-environments";
import { Redaction } from "../../simulator/redaction";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { temporaryFolder } from "../support/project";
import { ARN, smallFunction } from "../support/small-function";

const folder = temporaryFolder();

type Transitions = { NextAction?: string; Conditions?: object[]; Errors?: object[] };
type Steps = Record<string, [type: string, parameters: object, transitions: Transitions]>;

/** Runs a small flow, which starts with its first step. */
async function run(steps: Steps, { keys = "", functions = new Map<string, FunctionEnvironments>() } = {}) {
  const events: CallEvent[] = [];
  const redaction = new Redaction();
  const contact = new Contact("arn:aws:connect:…", "+12065550100", "+18885550199");
  const content = {
    StartAction: Object.keys(steps)[0],
    Actions: Object.entries(steps).map(([Identifier, [Type, Parameters, Transitions]]) => ({
      Identifier,
      Type,
      Parameters,
      Transitions,
    })),
  };
  const outcome = await runContactFlow(JSON.stringify(content), {
    flowArn: "arn:flow",
    contact,
    keypad: new ScriptedKeypad(keys),
    securityKeys: new Map(),
    functions,
    redaction,
    emit: (event) => events.push(redaction.hide(event)),
  });
  const heard = events.flatMap((event) => (event.type === "prompt" ? [event.text] : []));
  return { outcome, events, heard, contact };
}

const say = (Text: string, NextAction = "end"): Steps[string] => ["MessageParticipant", { Text }, { NextAction }];
const end: Steps[string] = ["DisconnectParticipant", {}, {}];
const when = (Operator: string, operand: string, NextAction: string) => ({
  NextAction,
  Condition: { Operator, Operands: [operand] },
});
const otherwise = (ErrorType: string, NextAction: string) => ({ ErrorType, NextAction });

describe("references", () => {
  it("resolve where Connect resolves them, and to nothing where there is no value", async () => {
    const { heard, contact } = await run({
      set: ["UpdateContactAttributes", { Attributes: { name: "Ada" } }, { NextAction: "flow" }],
      flow: [
        "UpdateFlowAttributes",
        { FlowAttributes: { greeting: { Value: "Hello $.Attributes.name" } } },
        { NextAction: "say" },
      ],
      say: say(
        "$.FlowAttributes.greeting, you call from $.CustomerEndpoint.Address. [$.ContactId] [$.Attributes.none] [$.External.none] $5",
      ),
      end,
    });
    expect(heard).toEqual([`Hello Ada, you call from +12065550100. [${contact.id}] [] [] $5`]);
  });

  it("are spoken in SSML, without its tags", async () => {
    const ssml =
      '<speak>Call from <say-as interpret-as="telephone">$.CustomerEndpoint.Address</say-as> &amp; more</speak>';
    const { heard } = await run({ say: ["MessageParticipant", { SSML: ssml }, { NextAction: "end" }], end });
    expect(heard).toEqual(["Call from +12065550100 & more"]);
  });
});

describe("Compare", () => {
  const branch = async (operator: string, operand: string, value = "visa") =>
    (
      await run({
        set: ["UpdateContactAttributes", { Attributes: { x: value } }, { NextAction: "compare" }],
        compare: [
          "Compare",
          { ComparisonValue: "$.Attributes.x" },
          {
            NextAction: "no",
            Conditions: [when(operator, operand, "yes")],
            Errors: [otherwise("NoMatchingCondition", "no")],
          },
        ],
        yes: say("yes"),
        no: say("no"),
        end,
      })
    ).heard[0];

  it.each([
    ["Equals", "visa", "visa", "yes"],
    ["Equals", "Visa", "visa", "no"],
    ["TextStartsWith", "vi", "visa", "yes"],
    ["TextEndsWith", "sa", "visa", "yes"],
    ["TextContains", "is", "visa", "yes"],
    ["TextContains", "x", "visa", "no"],
    ["NumberGreaterThan", "5", "6", "yes"],
    ["NumberGreaterThan", "6", "6", "no"],
    ["NumberGreaterOrEqualTo", "6", "6", "yes"],
    ["NumberLessThan", "10", "9", "yes"],
    ["NumberLessOrEqualTo", "8", "9", "no"],
    ["KeyExists", "x", "visa", "yes"],
  ])("%s %s on %s is %s", async (operator, operand, value, expected) => {
    expect(await branch(operator, operand, value)).toBe(expected);
  });
});

it("Loop goes round as often as it says, and again the next time it is entered", async () => {
  const { heard } = await run({
    outer: [
      "Loop",
      { LoopCount: "2" },
      {
        NextAction: "end",
        Conditions: [when("Equals", "ContinueLooping", "inner"), when("Equals", "DoneLooping", "end")],
      },
    ],
    inner: [
      "Loop",
      { LoopCount: "3" },
      {
        NextAction: "outer",
        Conditions: [when("Equals", "ContinueLooping", "say"), when("Equals", "DoneLooping", "outer")],
      },
    ],
    say: say("round", "inner"),
    end,
  });
  expect(heard).toHaveLength(6);
});

describe("GetParticipantInput", () => {
  const choosing: Steps = {
    ask: [
      "GetParticipantInput",
      { Text: "1 or 2?", StoreInput: "False", InputTimeLimitSeconds: "5" },
      {
        NextAction: "error",
        Conditions: [when("Equals", "1", "one"), when("Equals", "2", "two")],
        Errors: [
          otherwise("InputTimeLimitExceeded", "late"),
          otherwise("NoMatchingCondition", "other"),
          otherwise("NoMatchingError", "error"),
        ],
      },
    ],
    ...Object.fromEntries(["one", "two", "late", "other", "error"].map((name) => [name, say(name)])),
    end,
  };
  it.each([
    ["1", "one"],
    ["2", "two"],
    ["7", "other"],
    ["-", "late"],
  ])("leads %s to %s", async (keys, expected) => {
    expect((await run(choosing, { keys })).heard[1]).toBe(expected);
  });

  it("ends when the caller hangs up", async () => {
    expect((await run(choosing)).outcome).toBe("hung-up");
  });

  it("stores without encryption, too, and shows dots all the same", async () => {
    const { contact, events } = await run(
      {
        ask: [
          "GetParticipantInput",
          {
            Text: "Account?",
            StoreInput: "True",
            InputTimeLimitSeconds: "5",
            InputValidation: { CustomValidation: { MaximumLength: "8" } },
          },
          { NextAction: "end", Errors: [otherwise("NoMatchingError", "end")] },
        ],
        end,
      },
      { keys: "87654321" },
    );
    expect(contact.storedInput === "87654321").toBe(true);
    expect(events.at(-1)).toMatchObject({ type: "flow-log", entry: { Results: "••••••••" } });
  });
});

describe("Connect's rules on a function's answer", () => {
  /** Runs a function of this code; answers with the branch that is taken, and the notes. */
  async function branchOf(code: string, { type = "STRING_MAP", limit = "8", timeout = 7 } = {}) {
    const running = smallFunction(folder, code, timeout);
    try {
      const { heard, events } = await run(
        {
          call: [
            "InvokeLambdaFunction",
            {
              LambdaFunctionARN: ARN,
              InvocationTimeLimitSeconds: limit,
              LambdaInvocationAttributes: { from: "$.CustomerEndpoint.Address" },
              ResponseValidation: { ResponseType: type },
            },
            { NextAction: "ok", Errors: [otherwise("NoMatchingError", "error")] },
          ],
          ok: say("ok $.External.x"),
          error: say("error $.External.x"),
          end,
        },
        { functions: new Map([[ARN, running]]) },
      );
      return [heard[0], ...events.flatMap((event) => (event.type === "note" ? [event.text] : []))];
    } finally {
      running.stop();
    }
  }
  const answering = (expression: string) => `export const handler = async (event) => (${expression});`;

  it("takes a flat map of strings, from Connect's event", async () => {
    expect(
      await branchOf(
        answering("{ x: [event.Name, event.Details.Parameters.from, event.Details.ContactData.Channel].join() }"),
      ),
    ).toEqual(["ok ContactFlowEvent,+12065550100,VOICE"]);
  });

  it("gives the function its own environment and nothing of this process's", async () => {
    process.env.IVR_TEST_SECRET = "leaked";
    expect(
      await branchOf(
        answering(
          "{ x: [process.env.GIVEN, process.env.IVR_TEST_SECRET, process.env.HOME, process.env.AWS_REGION].join() }",
        ),
      ),
    ).toEqual(["ok yes,,,us-east-1"]);
  });

  it("takes JSON where the block says so", async () => {
    expect(await branchOf(answering("{ x: 1, y: { z: [true] } }"), { type: "JSON" })).toEqual(["ok 1"]);
  });

  it.each([
    ["a number", answering("1"), "the function's answer is not a map"],
    ["a list", answering("[1]"), "the function's answer is not a map"],
    ["nothing", answering("undefined"), "the function's answer is not a map"],
    ["a map of numbers", answering("{ x: 1 }"), "the function's answer holds something other than a string: x"],
    ["a nested map", answering("{ x: {} }"), "the function's answer holds something other than a string: x"],
    ["32 KB", answering("{ x: 'x'.repeat(32 * 1024) }"), "and must have less than 32768"],
    ["a fault", "export const handler = () => { throw new TypeError('no'); };", "the function threw TypeError: no"],
    [
      "an end of the process",
      "export const handler = () => process.exit(1);",
      "the function's process ended before it answered",
    ],
    ["a module that does not load", "import 'nowhere';", "the function threw Error: Cannot find package"],
    ["a module without the handler", "export const other = 1;", "the function threw TypeError"],
  ])("takes the Error branch on %s", async (_, code, reason) => {
    const [heard, ...notes] = await branchOf(code);
    expect(heard).toBe("error ");
    expect(notes).toEqual([expect.stringContaining(reason)]);
  });

  it("starts the function anew when its process has ended between two calls", async () => {
    const dying = "export const handler = () => { setTimeout(() => process.exit(), 1); return { x: 'y' }; };";
    const running = smallFunction(folder, dying);
    try {
      for (let time = 0; time < 2; time++) {
        expect(await running.invoke({}, 5, () => {})).toEqual({ answer: '{"x":"y"}' });
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    } finally {
      running.stop();
    }
  });

  it("tells a function how much of its own time is left", async () => {
    const code = "export const handler = (_, context) => ({ x: String(context.getRemainingTimeInMillis()) });";
    const [heard] = await branchOf(code, { limit: "2", timeout: 7 });
    const milliseconds = Number(heard?.replace("ok ", ""));
    expect(milliseconds).toBeGreaterThan(1_000);
    expect(milliseconds).toBeLessThanOrEqual(7_000);
  });

  it("waits no longer than the block says, nor than the function's own limit", async () => {
    const hanging = "export const handler = () => new Promise(() => {});";
    expect(await branchOf(hanging, { limit: "1", timeout: 5 })).toEqual([
      "error ",
      expect.stringContaining("within 1 s"),
    ]);
    expect(await branchOf(hanging, { limit: "8", timeout: 1 })).toEqual([
      "error ",
      expect.stringContaining("within 1 s"),
    ]);
  });

  it("takes the Error branch where no such function is deployed", async () => {
    const { heard } = await run({
      call: [
        "InvokeLambdaFunction",
        { LambdaFunctionARN: ARN },
        { NextAction: "end", Errors: [otherwise("NoMatchingError", "error")] },
      ],
      error: say("error"),
      end,
    });
    expect(heard).toEqual(["error"]);
  });
});

describe("what cannot be simulated stops the call in one sentence", () => {
  it("an action type it does not know, by name", async () => {
    await expect(run({ weather: ["GetWeather", {}, { NextAction: "end" }], end })).rejects.toThrow(
      'The simulator does not know the action type GetWeather of the step "weather".',
    );
  });

  it("a step that is not there", async () => {
    await expect(run({ say: say("Hello", "nowhere") })).rejects.toThrow(
      'The flow leads to "nowhere", which is not one of its actions.',
    );
  });

  it("a flow that goes round for ever", async () => {
    await expect(run({ say: say("Hello", "say") })).rejects.toThrow("it seems to go round for ever");
  });

  it("a missing branch", async () => {
    await expect(
      run({ call: ["InvokeLambdaFunction", { LambdaFunctionARN: ARN }, { NextAction: "end" }], end }),
    ).rejects.toThrow('The step "call" has to take the branch NoMatchingError, and has none.');
  });
});
