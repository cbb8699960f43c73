import type { FlowEnvironment } from "../../simulator/actions/action";
import type { CallEvent } from "../../simulator/call-events";
import { Contact } from "../../simulator/contact";
import { runContactFlow } from "../../simulator/contact-flow";
import type { Invocation } from "../../simulator/function-process";
import { Redaction } from "../../simulator/redaction";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { temporaryFolder } from "../support/project";
import { ARN, smallFunction } from "../support/small-function";

const folder = temporaryFolder();

type Transitions = { NextAction?: string; Conditions?: object[]; Errors?: object[] };
type Steps = Record<string, [type: string, parameters: object, transitions: Transitions]>;

/** Runs a small flow, which starts with its first step. */
async function run(steps: Steps, { keys = "", functions = new Map() as FlowEnvironment["functions"] } = {}) {
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
  it("resolve like in Connect, and to nothing if there is no value", async () => {
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

it("Loop continues as often as LoopCount says, and starts again when the flow enters it again", async () => {
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

  it("stores without encryption, and still shows dots", async () => {
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

describe("Connect's rules for a function's response", () => {
  /** Runs a flow that invokes a function. Returns what the caller hears, and the notes. */
  async function invoke(
    invocation: (event: unknown, limitSeconds: number) => Invocation,
    { type = "STRING_MAP", limit = "8" } = {},
  ) {
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
      { functions: new Map([[ARN, { invoke: async (event, limitSeconds) => invocation(event, limitSeconds) }]]) },
    );
    return [heard[0], ...events.flatMap((event) => (event.type === "note" ? [event.text] : []))];
  }

  it("sends Connect's event and accepts a flat map of strings", async () => {
    const events: unknown[] = [];
    const heard = await invoke((event, limitSeconds) => {
      events.push([event, limitSeconds]);
      return { response: '{"x":"y"}' };
    });
    expect(heard).toEqual(["ok y"]);
    const Details = {
      Parameters: { from: "+12065550100" },
      ContactData: expect.objectContaining({ Channel: "VOICE" }),
    };
    expect(events).toEqual([[{ Name: "ContactFlowEvent", Details }, 8]]);
  });

  it("accepts JSON if the block allows it", async () => {
    const response = '{"x":1,"y":{"z":[true]}}';
    expect(await invoke(() => ({ response }), { type: "JSON" })).toEqual(["ok 1"]);
  });

  it.each([
    ["a number", "1", "the function's response is not a map"],
    ["a list", "[1]", "the function's response is not a map"],
    ["nothing", "null", "the function's response is not a map"],
    ["a map of numbers", '{"x":1}', "the function's response contains something other than a string: x"],
    ["a nested map", '{"x":{}}', "the function's response contains something other than a string: x"],
    ["32 KB", JSON.stringify({ x: "x".repeat(32 * 1024) }), "and must have less than 32768"],
  ])("takes the Error branch on %s", async (_, response, reason) => {
    expect(await invoke(() => ({ response }))).toEqual(["error ", expect.stringContaining(reason)]);
  });

  it("takes the Error branch if the function fails", async () => {
    expect(await invoke(() => ({ error: "the function threw TypeError: no" }))).toEqual([
      "error ",
      "Connect takes the Error branch: the function threw TypeError: no.",
    ]);
  });

  it("waits until the block's time limit or the function's own, whichever ends first", async () => {
    const hanging = "export const handler = () => new Promise(() => {});";
    for (const [limit, timeout] of [
      ["0.2", 60],
      ["60", 0.2],
    ] as const) {
      const environments = smallFunction(folder, hanging, timeout);
      try {
        const { heard, events } = await run(
          {
            call: [
              "InvokeLambdaFunction",
              { LambdaFunctionARN: ARN, InvocationTimeLimitSeconds: limit },
              { NextAction: "end", Errors: [otherwise("NoMatchingError", "error")] },
            ],
            error: say("error"),
            end,
          },
          { functions: new Map([[ARN, environments]]) },
        );
        expect(heard).toEqual(["error"]);
        expect(events).toContainEqual({ type: "note", text: expect.stringContaining("within 0.2 s") });
      } finally {
        environments.stop();
      }
    }
  });

  it("takes the Error branch if the function is not deployed", async () => {
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

describe("a flow that cannot be simulated ends the call with one sentence", () => {
  it("an unsupported action type", async () => {
    await expect(run({ weather: ["GetWeather", {}, { NextAction: "end" }], end })).rejects.toThrow(
      'The simulator does not support the action type GetWeather of the step "weather".',
    );
  });

  it("a missing step", async () => {
    await expect(run({ say: say("Hello", "nowhere") })).rejects.toThrow(
      'The flow leads to "nowhere", which is not one of its actions.',
    );
  });

  it("an endless loop", async () => {
    await expect(run({ say: say("Hello", "say") })).rejects.toThrow("it seems to run in an endless loop");
  });

  it("a missing branch", async () => {
    await expect(
      run({ call: ["InvokeLambdaFunction", { LambdaFunctionARN: ARN }, { NextAction: "end" }], end }),
    ).rejects.toThrow('The step "call" must take the branch NoMatchingError, but does not have it.');
  });

  it("a wrong parameter", async () => {
    await expect(run({ loop: ["Loop", { LoopCount: "many" }, { NextAction: "end" }], end })).rejects.toThrow(
      'The simulator cannot run the step "loop": its parameter LoopCount is missing or wrong.',
    );
  });
});
