import { cardNumberFlow } from "../../flows/card-number";
import type { FlowAction, FlowContent, FlowParameters } from "../../flows/language";
import { flowProblems } from "../../flows/rules";

const good = (): FlowContent =>
  cardNumberFlow({ keyId: "key", certificate: "-----BEGIN CERTIFICATE-----", functionArn: "arn:aws:lambda:…" });

/** The problems of the card-number flow after one of its steps was changed. */
function problemsAfter(name: string, change: (action: FlowAction) => void): string[] {
  const flow = structuredClone(good());
  const action = flow.Actions.find(({ Identifier }) => Identifier === name);
  if (!action) throw new Error(`no step ${name}`);
  change(action);
  return flowProblems(flow);
}

const set = (path: string, value: unknown) => (action: FlowAction) => {
  const names = path.split(".");
  const last = names.pop() as string;
  let holder: Record<string, unknown> = action.Parameters;
  for (const name of names) holder = holder[name] as FlowParameters;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
};
const addError = (ErrorType: string) => (action: FlowAction) => {
  action.Transitions.Errors = [
    ...(action.Transitions.Errors ?? []),
    { ErrorType: ErrorType as "NoMatchingError", NextAction: "hang-up" },
  ];
};
const withoutErrors = ({ Transitions }: FlowAction) => {
  delete Transitions.Errors;
};

describe("each rule of the live service is kept by name of the step", () => {
  it.each<[string, string, (action: FlowAction) => void, string]>([
    ["a number for a scalar", "attempts", set("LoopCount", 3), "attempts: Parameters.LoopCount is not a string"],
    ["a boolean", "card-number", set("StoreInput", true), "card-number: Parameters.StoreInput is not a string"],
    ["an empty string", "welcome", set("Text", ""), "welcome: Parameters.Text is empty"],
    [
      "a nested empty string",
      "card-number",
      set("InputEncryption.Key", ""),
      "card-number: Parameters.InputEncryption.Key is empty",
    ],
    [
      "an empty operand",
      "outcome",
      (a) => {
        a.Transitions.Conditions = [
          { NextAction: "accepted", Condition: { Operator: "Equals", Operands: [""] } },
          ...(a.Transitions.Conditions ?? []),
        ];
      },
      "outcome: a condition's operand is empty",
    ],
    [
      "no NextAction",
      "welcome",
      (a) => {
        delete a.Transitions.NextAction;
      },
      "welcome: it has no NextAction",
    ],
    [
      "a step that is not there",
      "welcome",
      (a) => {
        a.Transitions.NextAction = "nowhere";
      },
      'welcome: it leads to "nowhere", which is not a step',
    ],
    [
      "something after the end",
      "hang-up",
      (a) => {
        a.Transitions.NextAction = "welcome";
      },
      "hang-up: nothing can follow it",
    ],
    [
      "an unknown type",
      "welcome",
      (a) => {
        a.Type = "PlayPrompt";
      },
      "welcome: the action type PlayPrompt is not known",
    ],
    ["an unknown parameter", "welcome", set("Volume", "11"), "welcome: there is no parameter Volume"],
    [
      "an unknown nested parameter",
      "card-number",
      set("DTMFConfiguration.Speed", "1"),
      "card-number: there is no parameter DTMFConfiguration.Speed",
    ],
    [
      "a missing parameter",
      "decrypt",
      set("LambdaFunctionARN", undefined),
      "decrypt: the parameter LambdaFunctionARN is missing",
    ],
    [
      "two prompts",
      "welcome",
      set("SSML", "<speak/>"),
      "welcome: it needs one of Text, SSML, PromptId, Media, and has Text, SSML",
    ],
    [
      "no prompt",
      "welcome",
      set("Text", undefined),
      "welcome: it needs one of Text, SSML, PromptId, Media, and has none",
    ],
    [
      "a time-out error while storing",
      "card-number",
      addError("InputTimeLimitExceeded"),
      "card-number: the error InputTimeLimitExceeded is not allowed while StoreInput is True",
    ],
    [
      "NoMatchingCondition while storing",
      "card-number",
      addError("NoMatchingCondition"),
      "card-number: the error NoMatchingCondition is not allowed while StoreInput is True",
    ],
    [
      "a condition while storing",
      "card-number",
      (a) => {
        a.Transitions.Conditions = [{ NextAction: "hang-up", Condition: { Operator: "Equals", Operands: ["1"] } }];
      },
      "card-number: conditions are not allowed while StoreInput is True",
    ],
    [
      "encryption without CustomValidation",
      "card-number",
      set("InputValidation", undefined),
      "card-number: InputEncryption needs InputValidation.CustomValidation",
    ],
    [
      "encryption without a key id",
      "card-number",
      set("InputEncryption.EncryptionKeyId", undefined),
      "card-number: InputEncryption.EncryptionKeyId is missing",
    ],
    [
      "a public key for a certificate",
      "card-number",
      set("InputEncryption.Key", "-----BEGIN PUBLIC KEY-----"),
      "card-number: InputEncryption.Key is not a certificate in PEM form",
    ],
    [
      "too long a first digit",
      "card-number",
      set("InputTimeLimitSeconds", "181"),
      "card-number: InputTimeLimitSeconds is not a whole number from 1 to 180",
    ],
    [
      "too long between digits",
      "card-number",
      set("DTMFConfiguration.InterdigitTimeLimitSeconds", "21"),
      "card-number: DTMFConfiguration.InterdigitTimeLimitSeconds is not a whole number from 1 to 20",
    ],
    [
      "too long a termination",
      "card-number",
      set("DTMFConfiguration.InputTerminationSequence", "######"),
      "card-number: DTMFConfiguration.InputTerminationSequence is longer than 5 keys",
    ],
    [
      "no error branch on storing",
      "card-number",
      withoutErrors,
      "card-number: the error NoMatchingError is not handled",
    ],
    [
      "choosing with encryption",
      "card-number",
      set("StoreInput", "False"),
      "card-number: InputEncryption needs StoreInput True",
    ],
    [
      "choosing without a time-out",
      "card-number",
      set("StoreInput", "False"),
      "card-number: the error InputTimeLimitExceeded is not handled",
    ],
    [
      "more than Lambda's 8 s",
      "decrypt",
      set("InvocationTimeLimitSeconds", "9"),
      "decrypt: InvocationTimeLimitSeconds is not a whole number from 1 to 8",
    ],
    [
      "an unknown response type",
      "decrypt",
      set("ResponseValidation.ResponseType", "XML"),
      "decrypt: ResponseValidation.ResponseType is not STRING_MAP or JSON",
    ],
    [
      "conditions on Lambda",
      "decrypt",
      (a) => {
        a.Transitions.Conditions = [{ NextAction: "hang-up", Condition: { Operator: "Equals", Operands: ["1"] } }];
      },
      "decrypt: conditions are not allowed",
    ],
    [
      "two values to compare",
      "outcome",
      set("ComparisonValue", "$.External.a $.External.b"),
      "outcome: ComparisonValue is not one JSONPath",
    ],
    ["a Compare without its error", "outcome", withoutErrors, "outcome: the error NoMatchingCondition is not handled"],
    [
      "a Compare with two otherwises",
      "outcome",
      (a) => {
        a.Transitions.NextAction = "hang-up";
      },
      "outcome: NoMatchingCondition and NextAction lead to different steps",
    ],
    [
      "a Loop without its end",
      "attempts",
      (a) => {
        a.Transitions.Conditions = a.Transitions.Conditions?.slice(0, 1);
      },
      "attempts: its conditions are not ContinueLooping and DoneLooping",
    ],
    [
      "a Loop without end",
      "attempts",
      set("LoopCount", "101"),
      "attempts: LoopCount is not a whole number from 0 to 100",
    ],
    [
      "an error on recording",
      "stop-recording",
      addError("NoMatchingError"),
      "stop-recording: the error NoMatchingError is not allowed",
    ],
    [
      "an error on logging",
      "stop-logging",
      addError("NoMatchingError"),
      "stop-logging: the error NoMatchingError is not allowed",
    ],
    [
      "flow attributes without an error branch",
      "keep-ciphertext",
      withoutErrors,
      "keep-ciphertext: the error NoMatchingError is not handled",
    ],
    [
      "a refused character in a name",
      "welcome",
      (a) => {
        a.Identifier = "wel(come";
      },
      "wel(come: its name has one of the characters",
    ],
    [
      "a long name",
      "welcome",
      (a) => {
        a.Identifier = "w".repeat(51);
      },
      `${"w".repeat(51)}: its name is longer than 50 characters`,
    ],
    [
      "the same name twice",
      "welcome",
      (a) => {
        a.Identifier = "decrypt";
      },
      "decrypt: two steps have this name",
    ],
    [
      "a step that nothing leads to",
      "anything-entered",
      (a) => {
        a.Transitions.NextAction = "hang-up";
        a.Transitions.Errors = [{ ErrorType: "NoMatchingCondition", NextAction: "hang-up" }];
      },
      "keep-ciphertext: no step leads to it",
    ],
  ])("%s", (_, step, change, problem) => {
    expect(problemsAfter(step, change).join("\n")).toContain(problem);
  });

  it("more than 250 actions, and more than 256,000 characters", () => {
    const flow = good();
    const [action] = flow.Actions;
    for (let i = 0; i < 250; i++)
      flow.Actions.push({ ...(action as FlowAction), Identifier: `step-${i}-${"x".repeat(30)}` });
    (flow.Actions[2] as FlowAction).Parameters = { Text: "x".repeat(256_000) };
    const problems = flowProblems(flow).join("\n");
    expect(problems).toContain(`the flow has ${flow.Actions.length} actions, at most 250 are allowed`);
    expect(problems).toContain("the flow is longer than 256000 characters");
  });

  it("a start that is no step", () => {
    expect(flowProblems({ ...good(), StartAction: "begin" })).toContain(
      'the flow starts with "begin", which is not a step',
    );
  });

  it("tells all problems at once", () => {
    const flow = structuredClone(good());
    for (const action of flow.Actions.slice(2, 5)) action.Parameters = {};
    expect(flowProblems(flow).length).toBeGreaterThanOrEqual(3);
  });
});
