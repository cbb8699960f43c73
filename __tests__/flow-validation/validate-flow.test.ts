import fc from "fast-check";
import { describeProblem, type FlowProblem, validateFlow } from "../../flow-validation/validate-flow";
import { type AnyJson, conditions, EXPORTED, exportedFlow, parameter, withStep } from "../support/flows";

const card = exportedFlow("encrypted-input");
const inbound = exportedFlow("inbound");
const MENU = "00000007-1a2b-4c3d-8e4f-0a1b2c3d4e5f";
const HOURS = "00000004-1a2b-4c3d-8e4f-0a1b2c3d4e5f";

it.each(EXPORTED)("finds no problem in the correct flow %s", (name) => {
  expect(validateFlow(exportedFlow(name))).toEqual([]);
});

it("reports JSON that is not a flow as one problem", () => {
  for (const json of [null, 5, "flow", [], {}, exportedFlow("old-format"), { ContactFlow: { Content: "{" } }]) {
    expect(validateFlow(json).filter(({ rule }) => rule !== "version")).toHaveLength(1);
  }
});

it("reports only the number of actions if there are far too many", () => {
  const flow = { ...card, Actions: Array(501).fill(card.Actions[13]) };
  expect(validateFlow(flow).map(({ rule }) => rule)).toEqual(["too-many-actions"]);
});

it("reports all problems at once", () => {
  const flow = structuredClone(card);
  for (const action of flow.Actions.slice(2, 6)) action.Parameters = {};
  expect(new Set(validateFlow(flow).map(({ step }) => step)).size).toBeGreaterThanOrEqual(4);
});

it("reports a step that no call reaches, after all other problems", () => {
  const flow = structuredClone(card);
  flow.Actions.push({ Identifier: "lost", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} });
  const lost = {
    step: "lost",
    path: "Identifier",
    rule: "unreachable",
    problem: "names a step that no call reaches",
    instead: "lead a step to it, or remove it",
  };
  expect(validateFlow(flow)).toEqual([lost]);
  flow.Actions.push({ ...flow.Actions.at(-1), Identifier: "too", Type: "PlayPrompt" });
  expect(validateFlow(flow).map(({ rule, step }) => `${rule} ${step}`)).toEqual([
    "unknown-action-type too",
    "unreachable lost",
    "unreachable too",
  ]);
});

it("requires that a menu handles its errors", () => {
  const flow = withStep(inbound, MENU, (step) => {
    step.Transitions.Errors.splice(0, 1);
  });
  expect(validateFlow(flow).map(({ rule }) => rule)).toEqual(["missing-error"]);
});

it.each([
  ["CheckHourOfOperation", "write CheckHoursOfOperation"],
  ["checkhoursofoperation", "write CheckHoursOfOperation"],
  ["PlayPrompt", "write MessageParticipant"],
  ["Weather", "write a type that the documentation of the flow language lists"],
])("suggests an action type for %s", (type, instead) => {
  const flow = withStep(inbound, HOURS, (step) => {
    step.Type = type;
  });
  expect(validateFlow(flow)).toEqual([expect.objectContaining({ rule: "unknown-action-type", instead })]);
});

it("describes a problem with the name that the designer shows", () => {
  const flow = withStep(card, "Sorry", (step) => {
    step.Parameters = {};
  });
  flow.Metadata.ActionMetadata.Sorry.friendlyName = "Apologize";
  expect(validateFlow(flow).map(describeProblem)).toEqual([
    'step "Sorry" ("Apologize"): Parameters has no prompt; write exactly one of Text, SSML, PromptId, Media',
  ]);
});

it("accepts a reference of Terraform instead of any value", () => {
  const flow = withStep(card, "Ask", (step) => {
    step.Parameters.InputEncryption = { EncryptionKeyId: "${TfToken[TOKEN.1]}", Key: "${TfToken[TOKEN.2]}" };
    step.Parameters.InputTimeLimitSeconds = "${var.seconds}";
  });
  expect(validateFlow(flow)).toEqual([]);
});

it("allows 60 seconds for a function that the flow does not wait for", () => {
  const change = (step: AnyJson) => {
    step.Parameters.InvocationType = "ASYNCHRONOUS";
    step.Parameters.InvocationTimeLimitSeconds = "60";
  };
  expect(validateFlow(withStep(card, "Decrypt", change))).toEqual([]);
});

it.each(["Standard", "Neural", "Generative", "neural", "deepgram:aura-2", "$.Attributes.engine"])(
  "accepts the voice engine %s",
  (engine) => {
    const voice = (step: AnyJson) => {
      step.Type = "UpdateContactTextToSpeechVoice";
      step.Parameters = { TextToSpeechVoice: "Joanna", TextToSpeechEngine: engine };
    };
    expect(validateFlow(withStep(card, "Sorry", voice))).toEqual([]);
  },
);

it("requires both errors of a recording step", () => {
  const record = (...types: string[]) =>
    withStep(card, "Sorry", (step) => {
      step.Type = "UpdateContactRecordingAndAnalyticsBehavior";
      step.Parameters = {
        VoiceBehavior: { VoiceRecordingBehavior: { RecordedParticipants: [], IVRRecordingBehavior: "Disabled" } },
      };
      step.Transitions.Errors = types.map((ErrorType) => ({ ErrorType, NextAction: "End" }));
    });
  const problems = (...types: string[]) => validateFlow(record(...types)).map(({ rule, problem }) => [rule, problem]);
  expect(problems("NoMatchingError", "ChannelMismatch")).toEqual([]);
  expect(problems("NoMatchingError")).toEqual([["missing-error", "does not handle ChannelMismatch"]]);
  expect(problems("NoMatchingError", "ChannelMismatch", "NoMatchingCondition")).toEqual([
    ["refused-error", "is for NoMatchingCondition, which the service rejects here"],
  ]);
});

describe("any JSON", () => {
  const expectDescribableProblems = (json: unknown) => {
    const isDescribable = (problem: FlowProblem) =>
      typeof problem.path === "string" &&
      /^[a-z-]+$/.test(problem.rule) &&
      !/undefined|\[object/.test(describeProblem(problem));
    expect(validateFlow(json).filter((problem) => !isDescribable(problem))).toEqual([]);
  };

  it("causes no exception", () => {
    fc.assert(fc.property(fc.json(), (text) => expectDescribableProblems(JSON.parse(text))));
  });

  it("causes no exception if any part of a flow is replaced or missing", () => {
    const flows = fc.constantFrom(...EXPORTED.map(exportedFlow));
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, "", "__proto__", "Sorry", [null], { a: [] }));
    fc.assert(
      fc.property(flows, fc.array(fc.tuple(fc.nat(), values), { minLength: 1, maxLength: 4 }), (flow, changes) => {
        const changed = structuredClone(flow);
        for (const [number, value] of changes) {
          const places = placesIn(changed);
          const place = places[number % places.length];
          if (!place) continue;
          if (value === undefined) delete place.holder[place.name];
          else place.holder[place.name] = structuredClone(value);
        }
        expectDescribableProblems(JSON.parse(JSON.stringify(changed)));
      }),
      { numRuns: 500 },
    );
  });

  it("can be nested deeply, lead in circles, or have the names of an object's own properties", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(validateFlow(deep)).toMatchObject([{ rule: "not-a-flow" }]);
    expect(validateFlow({ ...card, Metadata: deep })).toMatchObject([{ rule: "not-a-flow" }]);
    expectDescribableProblems(
      JSON.parse('{"Version":"2019-10-30","__proto__":{"Actions":[]},"Actions":[{"__proto__":{"Type":"Loop"}}]}'),
    );
    const flow = withStep(card, "Outcome", conditions({ toString: 1, valueOf: 1 }));
    expect(validateFlow(flow).map(({ rule }) => rule)).toContain("operand");
    expectDescribableProblems(
      JSON.parse(
        '{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"constructor","Parameters":{"__proto__":"$.__proto__.x"},"Transitions":{"NextAction":"a"}}]}',
      ),
    );
  });

  it("can have many comparisons with accepting branches", () => {
    const flow = structuredClone(card);
    const comparisons = Array.from({ length: 236 }, (_, index) => ({
      Identifier: `compare-${index}`,
      Type: "Compare",
      Parameters: { ComparisonValue: "$.External.outcome" },
      Transitions: {
        NextAction: "Sorry",
        Errors: [{ ErrorType: "NoMatchingCondition", NextAction: "Sorry" }],
        Conditions: ["accepted", "ok"].map((operand, branch) => ({
          NextAction: index < 234 ? `compare-${index + 1 + branch}` : "Forget",
          Condition: { Operator: "Equals", Operands: [operand] },
        })),
      },
    }));
    flow.Actions.push(...comparisons);
    flow.Actions.find(({ Identifier }: AnyJson) => Identifier === "Outcome").Transitions.Conditions[0].NextAction =
      "compare-0";
    expect(flow.Actions).toHaveLength(250);
    expect(validateFlow(flow)).toEqual([]);
  });

  it("is only reported as too long if it is", () => {
    const rules = (json: unknown) => validateFlow(json).map(({ rule }) => rule);
    const text = (length: number) => withStep(card, "Sorry", parameter("Text", "$.Bogus.a ".repeat(length)));
    expect(rules(text(20_000))).toEqual(["unknown-reference"]);
    expect(rules(text(26_000))).toEqual(["too-long"]);
    expect(rules({ ...card, Actions: Array(20_000).fill(card.Actions[1]) })).toEqual(["too-many-actions", "too-long"]);
  });

  it("is not repeated where it could be a secret", () => {
    const secrets = ["4111111111111111", "AYADeKjdkXrAU1QmH0JLTzhuAAAA"];
    for (const secret of secrets) {
      for (const place of placesIn(card).filter(({ holder, name }) => typeof holder[name] === "string")) {
        const before = place.holder[place.name];
        place.holder[place.name] = secret;
        const report = validateFlow(card).map(describeProblem).join("\n");
        place.holder[place.name] = before;
        // A text may be printed where a name belongs. A number as long as a card's must never be.
        const isName = ["Identifier", "NextAction", "StartAction", "Type", "ErrorType"].includes(place.name);
        if (secret === secrets[0] || !isName) expect(report).not.toContain(secret);
      }
    }
  });
});

interface Place {
  holder: AnyJson;
  name: string;
}

function placesIn(json: AnyJson): Place[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.keys(json).flatMap((name) => [{ holder: json, name }, ...placesIn(json[name])]);
}
