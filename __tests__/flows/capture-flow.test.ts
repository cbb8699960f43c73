import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { validateFlow } from "../../flow-validation/validate-flow";
import { flowDiagram } from "../../flows/diagram";
import type { FlowAction, FlowContent } from "../../flows/language";
import { sizeOf } from "../../flows/layout";
import type { IvrConfig } from "../../settings/settings";
import { captureFlowOf, EVERYTHING, FUNCTION_ARN, KEY_ID, reachable } from "../support/capture-flow";
import { filesBelow, PROJECT_DIR } from "../support/project";

const GOLDEN = join(__dirname, "capture-flow.golden.json");
const DIAGRAM = join(PROJECT_DIR, "docs/flow.md");

const flow = captureFlowOf();
const everything = captureFlowOf(EVERYTHING);
const VARIANTS: [string, IvrConfig, FlowContent?][] = [
  ["the default", {}, flow],
  ["everything", EVERYTHING, everything],
  ["everything as a module", { ...EVERYTHING, flowKind: "module" }],
  ["a module", { flowKind: "module" }],
  ["one attempt", { fields: [{ name: "cardNumber", attempts: 1 }] }],
  ["no card", { fields: ["postalCode"], languages: ["ja-JP"] }],
];

const stepOf = ({ Actions }: FlowContent, name: string): FlowAction => {
  const found = Actions.find(({ Identifier }) => Identifier === name);
  if (!found) throw new Error(`no step ${name}`);
  return found;
};
const fieldsOf = ({ Actions }: FlowContent) =>
  Actions.flatMap(({ Identifier }) => (Identifier.endsWith("-input") ? [Identifier.slice(0, -"-input".length)] : []));
const ofType = ({ Actions }: FlowContent, type: string) => Actions.filter(({ Type }) => Type === type);

it("is the reviewed flow (UPDATE_GOLDEN=1 npm test writes the file for the next review)", () => {
  const content = `${JSON.stringify(flow, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, content);
  expect(content).toBe(readFileSync(GOLDEN, "utf8"));
});

it("is the flow of the diagram in docs/flow.md (UPDATE_GOLDEN=1 npm test updates the diagram)", () => {
  const written = readFileSync(DIAGRAM, "utf8");
  const current = written.replace(/```mermaid\n[\s\S]*?```/, `\`\`\`mermaid\n${flowDiagram(flow)}\`\`\``);
  if (process.env.UPDATE_GOLDEN) writeFileSync(DIAGRAM, current);
  expect(current).toBe(readFileSync(DIAGRAM, "utf8"));
});

describe.each(VARIANTS)("%s", (_, config, content = captureFlowOf(config)) => {
  const { StartAction: start, Actions: actions } = content;
  const fields = fieldsOf(content);

  it("asks for every field, encrypted under the deployed key", () => {
    expect(fields.length).toBeGreaterThan(0);
    const storing = ofType(content, "GetParticipantInput").filter(({ Parameters }) => Parameters.StoreInput === "True");
    expect(storing.map(({ Identifier }) => Identifier)).toEqual(fields.map((name) => `${name}-input`));
    for (const { Parameters } of storing) {
      expect(Parameters.InputEncryption).toMatchObject({ EncryptionKeyId: KEY_ID });
    }
  });

  it("continues after a field only if the function accepted it, and submits only after all of them", () => {
    for (const [index, name] of fields.entries()) {
      const result = stepOf(content, `${name}-result`);
      const accepted = result.Transitions.Conditions?.find(({ Condition }) => Condition.Operands[0] === "accepted");
      const [check] = actions.filter(({ Transitions }) => Transitions.NextAction === result.Identifier);
      expect(check).toMatchObject({
        Type: "InvokeLambdaFunction",
        Parameters: {
          LambdaFunctionARN: FUNCTION_ARN,
          LambdaInvocationAttributes: { operation: "check", field: name },
        },
      });
      // Without that one branch, no branch of any action leads to the steps that follow.
      const cut = (step: string, target: string) => step === result.Identifier && target === accepted?.NextAction;
      const reached = reachable(content, start, { cut });
      expect(reached.has(`${name}-input`)).toBe(true);
      expect(
        [...fields.slice(index + 1).map((later) => `${later}-input`), "submit", "end-accepted"].filter((step) =>
          reached.has(step),
        ),
      ).toEqual([]);
    }
    const toAccepted = (step: string, target: string) => step === "submit-result" && target === "end-accepted";
    expect(reachable(content, start, { cut: toAccepted }).has("end-accepted")).toBe(false);
  });

  it("has no error branch that leads to the next step", () => {
    // Errors of these are harmless: the call continues with another voice, without a prompt, or without the outcome.
    const harmless = ["UpdateContactTextToSpeechVoice", "MessageParticipant", "UpdateContactAttributes"];
    for (const { Identifier, Type, Transitions } of actions.filter(({ Type }) => !harmless.includes(Type))) {
      for (const { ErrorType, NextAction } of Transitions.Errors ?? []) {
        // NoMatchingCondition is not an error. The test above checks these branches.
        if (Type === "Compare") continue;
        const expected = Identifier.startsWith("end-")
          ? ["hang-up"]
          : Identifier === "prepare" // the invocation continues, and the check can fetch the key
            ? ["language"]
            : Identifier === "report" // the ciphertexts are already overwritten
              ? ["restore-logging"]
              : ["set-queue", "transfer"].includes(Identifier)
                ? ["say-transfer-failed"]
                : ErrorType === "NoMatchingError"
                  ? ["end-unavailable", "menu-fault"]
                  : ["language"];
        expect(expected).toContain(NextAction);
      }
    }
  });

  it("prepares the key before the first question, with logging off, and waits at most one second", () => {
    const prepare = stepOf(content, "prepare");
    expect(prepare).toMatchObject({
      Type: "InvokeLambdaFunction",
      Parameters: {
        LambdaFunctionARN: FUNCTION_ARN,
        InvocationTimeLimitSeconds: "1",
        LambdaInvocationAttributes: { operation: "prepare", keyId: KEY_ID },
      },
    });
    // The call continues in the same way after an error.
    const targets = [
      prepare.Transitions.NextAction,
      ...(prepare.Transitions.Errors ?? []).map((error) => error.NextAction),
    ];
    expect(targets).toEqual(["language", "language"]);
    const before = reachable(content, start, { without: ["prepare"] });
    expect([...before].filter((step) => stepOf(content, step).Type === "GetParticipantInput")).toEqual([]);
  });

  it("overwrites every ciphertext on every path to an end", () => {
    const ends = actions.map(({ Identifier }) => Identifier).filter((name) => name.startsWith("end-"));
    for (const end of ends) {
      const { FlowAttributes } = stepOf(content, end).Parameters as { FlowAttributes: Record<string, object> };
      for (const name of fields) expect(FlowAttributes[name]).toEqual({ Value: "overwritten" });
    }
    const terminal = actions.filter(({ Transitions }) => !Transitions.NextAction).map(({ Identifier }) => Identifier);
    const reached = reachable(content, start, { without: ends });
    expect(
      [...terminal, "restore-logging", "restore-recording", "transfer"].filter((name) => reached.has(name)),
    ).toEqual([]);
    const setters = actions.filter(({ Parameters }) => JSON.stringify(Parameters).includes('"$.StoredCustomerInput"'));
    expect(setters.map(({ Identifier }) => Identifier).toSorted()).toEqual(
      fields.flatMap((name) => [`${name}-keep`, `${name}-silence`]).toSorted(),
    );
  });

  it("turns logging and recording off first, and on again only after all ciphertexts are overwritten", () => {
    const first = stepOf(content, start);
    expect(first).toMatchObject({ Type: "UpdateFlowLoggingBehavior", Parameters: { FlowLoggingBehavior: "Disabled" } });
    expect(stepOf(content, first.Transitions.NextAction ?? "")).toMatchObject({
      Type: "UpdateContactRecordingBehavior",
      Parameters: { RecordingBehavior: { RecordedParticipants: [], IVRRecordingBehavior: "Disabled" } },
    });
    expect(ofType(content, "UpdateFlowLoggingBehavior").map(({ Identifier }) => Identifier)).toEqual([
      start,
      "restore-logging",
    ]);
    const after = reachable(content, "restore-logging");
    expect(fields.filter((name) => after.has(`${name}-input`))).toEqual([]);
    const { flowLogging, ivrRecording, recordedParticipants } = config.afterCapture ?? {};
    expect(stepOf(content, "restore-logging").Parameters).toEqual({
      FlowLoggingBehavior: flowLogging ? "Enabled" : "Disabled",
    });
    expect(stepOf(content, "restore-recording").Parameters).toEqual({
      RecordingBehavior: {
        RecordedParticipants: recordedParticipants ?? [],
        IVRRecordingBehavior: ivrRecording ? "Enabled" : "Disabled",
      },
    });
  });

  it("sets outcome, brand and last four as contact attributes, once, and nothing else", () => {
    const kept = ofType(content, "UpdateContactAttributes").map(({ Parameters }) => Parameters.Attributes);
    expect(kept).toEqual([
      {
        cardOutcome: "$.FlowAttributes.outcome",
        ...(fields.includes("cardNumber")
          ? { cardBrand: "$.FlowAttributes.brand", cardLastFour: "$.FlowAttributes.lastFour" }
          : {}),
      },
    ]);
  });

  it("is laid out from left to right without overlaps", () => {
    const boxes = actions.map((action) => {
      const position = content.Metadata.ActionMetadata[action.Identifier]?.position;
      if (!position) throw new Error(`no position for ${action.Identifier}`);
      return { ...position, ...sizeOf(action), name: action.Identifier };
    });
    const overlapping = boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
        .map((b) => `${a.name} and ${b.name}`),
    );
    expect(overlapping).toEqual([]);
    const x = (name: string) => boxes.find((box) => box.name === name)?.x ?? Number.NaN;
    const along = [start, ...fields.map((name) => `${name}-input`), "submit", "end-accepted", "outcome"].map(x);
    expect(along).toEqual(along.toSorted((a, b) => a - b));
    expect(content.Metadata.entryPointPosition.x).toBeLessThan(x(start));
  });
});

it("stays within the limits of Connect with nine fields of ten attempts in both languages", () => {
  const fields = Array.from({ length: 9 }, (_, index) => ({
    kind: "digits" as const,
    name: `number${index}`,
    min: 1,
    max: 9,
    attempts: 10,
    prompt: { "en-US": "Please enter it.", "ja-JP": "入力してください。" },
  }));
  // An RSA-4096 certificate is about 1900 characters long.
  const large = captureFlowOf(
    { fields, languages: ["en-US", "ja-JP"] },
    `-----BEGIN CERTIFICATE-----${"x".repeat(2000)}`,
  );
  expect(large.Actions.length).toBeLessThanOrEqual(250);
});

it("uses the time limits of each field for the first digit and between digits", () => {
  const patient = captureFlowOf({
    fields: [{ name: "cardNumber", firstDigitSeconds: 21, interdigitSeconds: 7, maximumLength: 16 }],
  });
  expect(stepOf(patient, "cardNumber-input").Parameters).toMatchObject({
    InputTimeLimitSeconds: "21",
    InputValidation: { CustomValidation: { MaximumLength: "17" } },
    DTMFConfiguration: { InterdigitTimeLimitSeconds: "7" },
  });
});

it("uses the voice of the first language for callers who have chosen none", () => {
  const menu = stepOf(everything, "menu-ja-JP");
  const key = (operand: string) =>
    menu.Transitions.Conditions?.find(({ Condition }) => Condition.Operands[0] === operand)?.NextAction ?? "";
  const exhausted = stepOf(everything, "language").Transitions.NextAction ?? "";
  for (const [name, next] of [
    [key("0"), "end-agent-requested"],
    [exhausted, "end-attempts-exhausted"],
  ] as const) {
    expect(stepOf(everything, name)).toMatchObject({
      Type: "UpdateContactTextToSpeechVoice",
      Parameters: { TextToSpeechVoice: "Joanna" },
      Transitions: { NextAction: next },
    });
  }
});

it("has languages whose types the compiler checks", () => {
  const files = filesBelow(join(PROJECT_DIR, "flows/languages"));
  expect(files.length).toBeGreaterThanOrEqual(2);
  for (const file of files) expect(readFileSync(file, "utf8")).toMatch(/^const \w+: Language = \{$/m);
});

it("is a module with the settings that Connect's designer requires, and returns to the calling flow", () => {
  const module = captureFlowOf({ flowKind: "module" });
  expect(module.Settings).toEqual({
    InputParameters: [],
    OutputParameters: [],
    Transitions: [
      { DisplayName: "Success", ReferenceName: "Success", Description: "" },
      { DisplayName: "Error", ReferenceName: "Error", Description: "" },
    ],
  });
  expect(ofType(module, "EndFlowModuleExecution")).toHaveLength(1);
  expect(flow.Settings).toBeUndefined();
});

describe("prompts", () => {
  const attributesOf = (content: FlowContent, step: string) =>
    stepOf(content, step).Parameters.FlowAttributes as Record<string, { Value: string }>;

  it("depend on field, problem and attempt, and come from the configuration if it has them", () => {
    const content = captureFlowOf({
      prompts: {
        "en-US": {
          welcome: "Hello & welcome.",
          fields: {
            cardNumber: {
              ask: "<speak>Number, <break time='1s'/> please.</speak>",
              timeout: "Still there? {ask}",
              "invalid-number": ["Second.", "Third."],
            },
          },
        },
      },
    });
    const ask = attributesOf(content, "cardNumber-ask");
    expect(ask.prompt?.Value).toBe("<speak>Hello &amp; welcome. Number, <break time='1s'/> please.</speak>");
    expect(ask.prompt_timeout?.Value).toBe("<speak>Still there? Number, <break time='1s'/> please.</speak>");
    expect(ask.prompt_timeout_attempt_3).toBeUndefined();
    expect(ask.prompt_invalid_number?.Value).toBe("<speak>Second.</speak>");
    expect(ask.prompt_invalid_number_attempt_3?.Value).toBe("<speak>Third.</speak>");
    expect(attributesOf(content, "cardNumber-attempt-2")).toMatchObject({
      attempt: { Value: "2" },
      prompt_invalid_number: { Value: "$.FlowAttributes.prompt_invalid_number_attempt_3" },
    });
  });

  it("speak the last four digits one by one", () => {
    expect(stepOf(flow, "say-accepted").Parameters.SSML).toContain(
      '<say-as interpret-as="digits">$.FlowAttributes.lastFour</say-as>',
    );
  });

  it("never contain the token of a payment connector", () => {
    expect(JSON.stringify(everything)).not.toContain("token");
  });
});

describe("the validation reports an error branch that leads past a check", () => {
  it.each([
    ["cardNumber-input", "expiryDate-ask"],
    ["cardNumber-keep", "expiryDate-ask"],
    ["cardNumber-ask", "expiryDate-ask"],
    ["cardNumber-check", "cardNumber-known"],
    ["cardNumber-check", "expiryDate-ask"],
    ["cardNumber-check", "submit"],
    ["securityCode-check", "submit"],
    ["expiryDate-check", "prompt", "securityCode-ask"],
    ["expiryDate-check", "end-accepted"],
    ["submit", "end-accepted"],
  ])("%s → %s", (name, ...path) => {
    const broken = structuredClone(flow);
    const [target, further] = path;
    for (const error of stepOf(broken, name).Transitions.Errors ?? []) error.NextAction = target as string;
    if (further) {
      const prompt = structuredClone(stepOf(broken, "say-declined"));
      broken.Actions.push({ ...prompt, Identifier: target as string, Transitions: { NextAction: further } });
    }
    expect(validateFlow(broken).map(({ rule, step }) => `${rule} ${step}`)).toContain(
      `error-branch-skips-check ${name}`,
    );
  });
});
