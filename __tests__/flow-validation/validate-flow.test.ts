import fc from "fast-check";
import { describeProblem, validateFlow } from "../../flow-validation/validate-flow";
import { type AnyJson, EXPORTED, exportedFlow, withStep } from "../support/flows";

const card = exportedFlow("encrypted-input");
const inbound = exportedFlow("inbound");
const MENU = "00000007-1a2b-4c3d-8e4f-0a1b2c3d4e5f";
const HOURS = "00000004-1a2b-4c3d-8e4f-0a1b2c3d4e5f";

it.each(EXPORTED)("finds nothing wrong with the correct flow %s", (name) => {
  expect(validateFlow(exportedFlow(name))).toEqual([]);
});

const set = (path: string, value: unknown) => (step: AnyJson) => {
  const names = path.split(".");
  const last = names.pop() as string;
  const holder = names.reduce((inner, name) => inner[name], step);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
};
const parameter = (path: string, value: unknown) => set(`Parameters.${path}`, value);
const next = (to: unknown) => set("Transitions.NextAction", to);
const errors =
  (...types: string[]) =>
  (step: AnyJson) => {
    step.Transitions.Errors = types.map((ErrorType) => ({ ErrorType, NextAction: "Sorry" }));
  };
const errorTo = (to: string) => set("Transitions.Errors.0.NextAction", to);
const conditions =
  (...operands: unknown[]) =>
  (step: AnyJson) => {
    step.Transitions.Conditions = operands.map((operand) => ({
      NextAction: "Sorry",
      Condition: { Operator: "Equals", Operands: [operand] },
    }));
  };

type Broken = [what: string, step: string, change: (step: AnyJson) => void, rule: string, path: string];

/** Each breaks one rule of the flow that takes a card number. */
const BROKEN: Broken[] = [
  ["a number for a scalar", "Tries", parameter("LoopCount", 3), "not-a-text", "Parameters.LoopCount"],
  ["a boolean", "Ask", parameter("StoreInput", true), "not-a-text", "Parameters.StoreInput"],
  ["null", "Sorry", parameter("Text", null), "not-a-text", "Parameters.Text"],
  ["an empty text", "Sorry", parameter("Text", ""), "empty-text", "Parameters.Text"],
  [
    "an empty text further in",
    "Keep",
    parameter("FlowAttributes.card.Value", ""),
    "empty-text",
    "Parameters.FlowAttributes.card.Value",
  ],
  [
    "an empty operand",
    "Outcome",
    conditions("accepted", ""),
    "operand",
    "Transitions.Conditions[1].Condition.Operands",
  ],
  ["no NextAction", "Sorry", next(undefined), "missing-next-action", "Transitions.NextAction"],
  ["an empty NextAction", "Sorry", next(""), "transition", "Transitions.NextAction"],
  ["a step that is not there", "Sorry", next("nowhere"), "unknown-step", "Transitions.NextAction"],
  ["an error to nowhere", "Keep", errorTo("nowhere"), "unknown-step", "Transitions.Errors[0].NextAction"],
  ["something after the end", "End", next("Sorry"), "after-the-end", "Transitions"],
  ["an unknown type", "Sorry", set("Type", "PlayPrompt"), "unknown-action-type", "Type"],
  ["no type", "Sorry", set("Type", undefined), "action-type", "Type"],
  ["parameters in a list", "End", set("Parameters", []), "parameters", "Parameters"],
  ["transitions that are a text", "End", set("Transitions", "Sorry"), "transitions", "Transitions"],
  ["errors that are no list", "Sorry", set("Transitions.Errors", {}), "transitions", "Transitions.Errors"],
  ["an error without a type", "Sorry", errors(""), "transition", "Transitions.Errors[0].ErrorType"],
  [
    "a condition without operands",
    "Outcome",
    set("Transitions.Conditions.0.Condition", {}),
    "transition",
    "Transitions.Conditions[0].Condition",
  ],
  [
    "an unknown operator",
    "Outcome",
    set("Transitions.Conditions.0.Condition.Operator", "Is"),
    "operator",
    "Transitions.Conditions[0].Condition.Operator",
  ],
  ["a misspelt parameter", "Decrypt", parameter("InvocationTyp", "x"), "unknown-parameter", "Parameters.InvocationTyp"],
  [
    "a missing parameter",
    "Decrypt",
    parameter("LambdaFunctionARN", undefined),
    "missing-parameter",
    "Parameters.LambdaFunctionARN",
  ],
  ["two prompts", "Ask", parameter("Text", "Please"), "one-prompt", "Parameters"],
  ["no prompt", "Sorry", parameter("Text", undefined), "one-prompt", "Parameters"],
  [
    "a time-out error while storing",
    "Ask",
    errors("NoMatchingError", "InputTimeLimitExceeded"),
    "refused-error",
    "Transitions.Errors[1]",
  ],
  ["a condition while storing", "Ask", conditions("1"), "refused-condition", "Transitions.Conditions[0]"],
  [
    "encryption without CustomValidation",
    "Ask",
    parameter("InputValidation", undefined),
    "encryption-needs-validation",
    "Parameters.InputValidation",
  ],
  [
    "encryption without a key id",
    "Ask",
    parameter("InputEncryption.EncryptionKeyId", undefined),
    "missing-parameter",
    "Parameters.InputEncryption.EncryptionKeyId",
  ],
  [
    "a public key for a certificate",
    "Ask",
    parameter("InputEncryption.Key", "-----BEGIN PUBLIC KEY-----"),
    "certificate",
    "Parameters.InputEncryption.Key",
  ],
  [
    "encryption of a choice",
    "Ask",
    parameter("StoreInput", "False"),
    "encryption-needs-storing",
    "Parameters.StoreInput",
  ],
  ["no encryption", "Ask", parameter("InputEncryption", undefined), "unencrypted-input", "Parameters.InputEncryption"],
  [
    "too long for a digit",
    "Ask",
    parameter("InputTimeLimitSeconds", "181"),
    "out-of-range",
    "Parameters.InputTimeLimitSeconds",
  ],
  [
    "too long between digits",
    "Ask",
    parameter("DTMFConfiguration.InterdigitTimeLimitSeconds", "21"),
    "out-of-range",
    "Parameters.DTMFConfiguration.InterdigitTimeLimitSeconds",
  ],
  [
    "too long a termination",
    "Ask",
    parameter("DTMFConfiguration.InputTerminationSequence", "######"),
    "termination",
    "Parameters.DTMFConfiguration.InputTerminationSequence",
  ],
  ["an error that is not handled", "Keep", errors(), "missing-error", "Transitions.Errors"],
  [
    "more than a function's 8 s",
    "Decrypt",
    parameter("InvocationTimeLimitSeconds", "9"),
    "lambda-time-limit",
    "Parameters.InvocationTimeLimitSeconds",
  ],
  [
    "a length that is no number",
    "Ask",
    parameter("InputValidation.CustomValidation.MaximumLength", "abc"),
    "out-of-range",
    "Parameters.InputValidation.CustomValidation.MaximumLength",
  ],
  [
    "an error that no function has",
    "Decrypt",
    errors("NoMatchingError", "Foo"),
    "refused-error",
    "Transitions.Errors[1]",
  ],
  [
    "the beginning of a flow attribute's name",
    "Decrypt",
    parameter("LambdaInvocationAttributes.card", "$.FlowAttributes.c"),
    "unknown-reference",
    "Parameters.LambdaInvocationAttributes.card",
  ],
  [
    "an unknown type of answer",
    "Decrypt",
    parameter("ResponseValidation.ResponseType", "XML"),
    "unknown-value",
    "Parameters.ResponseValidation.ResponseType",
  ],
  ["a condition on a function", "Decrypt", conditions("200"), "refused-condition", "Transitions.Conditions[0]"],
  [
    "two values to compare",
    "Outcome",
    parameter("ComparisonValue", "$.External.a $.External.b"),
    "comparison-value",
    "Parameters.ComparisonValue",
  ],
  [
    "a namespace to compare",
    "Outcome",
    parameter("ComparisonValue", "$.External"),
    "comparison-value",
    "Parameters.ComparisonValue",
  ],
  [
    "storing without a validation",
    "Ask",
    (step) => {
      step.Parameters.InputValidation = undefined;
      step.Parameters.InputEncryption = undefined;
    },
    "missing-parameter",
    "Parameters.InputValidation",
  ],
  ["a Compare with two otherwises", "Outcome", next("End"), "two-otherwises", "Transitions.NextAction"],
  ["a Loop without its end", "Tries", conditions("ContinueLooping"), "loop", "Transitions.Conditions"],
  ["an error on logging", "Quiet", errors("NoMatchingError"), "refused-error", "Transitions.Errors[0]"],
  [
    "a flow attribute without a Value",
    "Keep",
    parameter("FlowAttributes.card", { Type: "String" }),
    "missing-parameter",
    "Parameters.FlowAttributes.card.Value",
  ],
  ["no queue", "Queue", parameter("QueueId", undefined), "missing-parameter", "Parameters.QueueId"],
  [
    "a flow attribute that no step sets",
    "Decrypt",
    parameter("LambdaInvocationAttributes.card", "$.FlowAttributes['number']"),
    "unknown-reference",
    "Parameters.LambdaInvocationAttributes.card",
  ],
  [
    "a namespace that is not there",
    "Sorry",
    parameter("Text", "Dear $.Atributes.name,"),
    "unknown-reference",
    "Parameters.Text",
  ],
  ["a namespace of nobody's", "Sorry", parameter("Text", "$.Bogus.name"), "unknown-reference", "Parameters.Text"],
  [
    "logging that is never off",
    "Quiet",
    parameter("FlowLoggingBehavior", "Enabled"),
    "logged-input",
    "Parameters.InputEncryption",
  ],
  [
    "the input in a contact attribute",
    "Keep",
    (step) => {
      step.Type = "UpdateContactAttributes";
      step.Parameters = { Attributes: { card: "$.StoredCustomerInput" } };
    },
    "kept-input",
    "Parameters.Attributes.card",
  ],
  [
    "a failed input that goes on",
    "Ask",
    errorTo("Anything"),
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
  [
    "a failed copy that goes on",
    "Keep",
    errorTo("Decrypt"),
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
  [
    "a failed function that goes on",
    "Decrypt",
    errorTo("Outcome"),
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
  [
    "an unknown outcome that is accepted",
    "Outcome",
    (step) => {
      step.Transitions.NextAction = "Forget";
      step.Transitions.Errors[0].NextAction = "Forget";
    },
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
];

it.each(BROKEN)("%s", (_, step, change, rule, path) => {
  expect(validateFlow(withStep(card, step, change))).toContainEqual({
    step: expect.any(String),
    path,
    rule,
    problem: expect.stringMatching(/./),
    instead: expect.stringMatching(/./),
  });
});

describe("the flow as a whole", () => {
  it.each<[string, (flow: AnyJson) => void, string, string]>([
    ["no start", (flow) => delete flow.StartAction, "start", "StartAction"],
    ["a start that is no step", (flow) => Object.assign(flow, { StartAction: "begin" }), "start", "StartAction"],
    ["no version", (flow) => delete flow.Version, "version", "Version"],
    ["actions in an object", (flow) => Object.assign(flow, { Actions: {} }), "actions", "Actions"],
    ["an action that is a text", (flow) => flow.Actions.push("Sorry"), "action", "Actions[14]"],
    [
      "an identifier that is a number",
      (flow) => flow.Actions.push({ Identifier: 5 }),
      "identifier",
      "Actions[14].Identifier",
    ],
    ["the same name twice", (flow) => flow.Actions.push(flow.Actions[13]), "identifier", "Actions[14].Identifier"],
    ["a refused character", (flow) => flow.Actions.push({ Identifier: "a(b" }), "identifier", "Actions[14].Identifier"],
    ["a refused name", (flow) => flow.Actions.push({ Identifier: "toString" }), "identifier", "Actions[14].Identifier"],
    [
      "a long name",
      (flow) => flow.Actions.push({ Identifier: "x".repeat(51) }),
      "identifier",
      "Actions[14].Identifier",
    ],
    ["too long", (flow) => Object.assign(flow.Actions[12].Parameters, { Text: "x".repeat(256_000) }), "too-long", "$"],
    ["too many", (flow) => flow.Actions.push(...Array(250).fill(flow.Actions[13])), "too-many-actions", "Actions"],
  ])("%s", (_, change, rule, path) => {
    const flow = structuredClone(card);
    change(flow);
    expect(validateFlow(flow)).toContainEqual(expect.objectContaining({ rule, path }));
  });

  it("a step that nothing leads to", () => {
    const flow = structuredClone(card);
    flow.Actions.push({ Identifier: "lost", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} });
    expect(validateFlow(flow)).toEqual([
      {
        step: "lost",
        path: "Identifier",
        rule: "unreachable",
        problem: "no step leads to it",
        instead: "lead a step to it, or leave it out",
      },
    ]);
  });

  it("what is no flow is one problem", () => {
    for (const json of [null, 5, "flow", [], {}, exportedFlow("old-format"), { ContactFlow: { Content: "{" } }]) {
      expect(validateFlow(json).filter(({ rule }) => rule !== "version")).toHaveLength(1);
    }
    expect(validateFlow(exportedFlow("old-format"))[0]).toMatchObject({ rule: "old-format" });
  });

  it("tells all problems at once", () => {
    const flow = structuredClone(card);
    for (const action of flow.Actions.slice(2, 6)) action.Parameters = {};
    expect(new Set(validateFlow(flow).map(({ step }) => step)).size).toBeGreaterThanOrEqual(4);
  });
});

describe("other flows", () => {
  it("a menu's branches compare one key, and cover its errors", () => {
    const flow = withStep(inbound, MENU, (step) => {
      step.Transitions.Errors.splice(0, 1);
      step.Transitions.Conditions[0].Condition.Operands = ["11"];
    });
    expect(validateFlow(flow).map(({ rule }) => rule)).toEqual(["one-key", "missing-error"]);
  });

  it("says which type was meant", () => {
    const flow = withStep(inbound, HOURS, (step) => {
      step.Type = "CheckHourOfOperation";
    });
    expect(validateFlow(flow)).toEqual([expect.objectContaining({ instead: "write CheckHoursOfOperation" })]);
  });

  it("gives the name that the designer shows", () => {
    const flow = withStep(card, "Sorry", (step) => {
      step.Parameters = {};
    });
    flow.Metadata.ActionMetadata.Sorry.friendlyName = "Apologize";
    expect(validateFlow(flow).map(describeProblem)).toEqual([
      'step "Sorry" ("Apologize"): Parameters: has no prompt; instead write one of Text, SSML, PromptId, Media',
    ]);
  });

  it("takes Terraform's references for what they stand for", () => {
    const flow = withStep(card, "Ask", (step) => {
      step.Parameters.InputEncryption = { EncryptionKeyId: "${TfToken[TOKEN.1]}", Key: "${TfToken[TOKEN.2]}" };
      step.Parameters.InputTimeLimitSeconds = "${var.seconds}";
    });
    expect(validateFlow(flow)).toEqual([]);
  });

  it("a function that nobody waits for may take a minute", () => {
    const change = (step: AnyJson) => {
      step.Parameters.InvocationType = "ASYNCHRONOUS";
      step.Parameters.InvocationTimeLimitSeconds = "60";
    };
    expect(validateFlow(withStep(card, "Decrypt", change))).toEqual([]);
  });
});

describe("the way of the sensitive input", () => {
  const rules = (...changes: [step: string, change: (step: AnyJson) => void][]) =>
    validateFlow(changes.reduce((flow, [step, change]) => withStep(flow, step, change), card)).map(({ rule }) => rule);

  it("counts one path with logging on, where another turned it off", () => {
    expect(rules(["Loud", next("Tries")])).toContain("logged-input");
  });

  it("follows copies of copies", () => {
    const copy = parameter("FlowAttributes", {
      card: { Value: "-" },
      other: { Value: "$['FlowAttributes']['card']" },
    });
    const keep = parameter("Attributes.kept", "$.FlowAttributes.other");
    expect(rules(["Forget", copy])).toEqual([]);
    expect(rules(["Forget", copy], ["Note", keep])).toEqual(["logged-input", "kept-input"]);
  });

  it("forgets an attribute only where the overwriting succeeded", () => {
    expect(rules(["Forget", errorTo("Loud")])).toEqual(["logged-input", "kept-input"]);
  });

  it("lets a retry, and an end of its own, be", () => {
    for (const to of ["Tries", "End", "Ask"]) expect(rules(["Decrypt", errorTo(to)])).toEqual([]);
  });

  it("sees through what only speaks or sets, unless what was set is compared", () => {
    expect(rules(["Decrypt", errorTo("Sorry")], ["Sorry", next("Outcome")])).toContain("error-branch-skips-check");
    const told = { Attributes: { failed: "yes" } };
    const tell = (step: AnyJson) => {
      step.Type = "UpdateContactAttributes";
      step.Parameters = told;
      step.Transitions = { NextAction: "Outcome", Errors: [{ ErrorType: "NoMatchingError", NextAction: "End" }] };
    };
    expect(rules(["Sorry", tell])).toContain("error-branch-skips-check");
    expect(rules(["Sorry", tell], ["Anything", parameter("ComparisonValue", "$.Attributes.failed")])).not.toContain(
      "error-branch-skips-check",
    );
  });

  it("is nobody's business where nothing is encrypted", () => {
    expect(
      rules(["Ask", parameter("InputEncryption", undefined)], ["Quiet", parameter("FlowLoggingBehavior", "Enabled")]),
    ).toEqual(["unencrypted-input"]);
  });
});

describe("any JSON", () => {
  const wellFormed = (json: unknown) => {
    for (const problem of validateFlow(json)) {
      expect(problem).toMatchObject({ path: expect.any(String), rule: expect.stringMatching(/^[a-z-]+$/) });
      expect(describeProblem(problem)).not.toMatch(/undefined|\[object/);
    }
  };

  it("never throws", () => {
    fc.assert(fc.property(fc.json(), (text) => wellFormed(JSON.parse(text))));
  });

  it("never throws on a flow of which any part is replaced, or gone", () => {
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
        wellFormed(JSON.parse(JSON.stringify(changed)));
      }),
      { numRuns: 500 },
    );
  });

  it("ends with what is nested deeply, goes round, or has names like an object's own", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(validateFlow(deep)).toMatchObject([{ rule: "not-a-flow" }]);
    expect(validateFlow({ ...card, Metadata: deep })).toMatchObject([{ rule: "not-a-flow" }]);
    wellFormed(
      JSON.parse('{"Version":"2019-10-30","__proto__":{"Actions":[]},"Actions":[{"__proto__":{"Type":"Loop"}}]}'),
    );
    wellFormed(
      JSON.parse(
        '{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"constructor","Parameters":{"__proto__":"$.__proto__.x"},"Transitions":{"NextAction":"a"}}]}',
      ),
    );
  });

  it("is quick with what is huge", () => {
    // every attribute is a copy of the one before, round and round
    const Actions = Array.from({ length: 250 }, (_, index) => ({
      ...card.Actions[4],
      Identifier: `step-${index}`,
      Parameters: {
        FlowAttributes: { [`a${index}`]: { Value: `$.FlowAttributes.a${index - 1} $.StoredCustomerInput` } },
      },
      Transitions: { NextAction: `step-${(index + 1) % 250}`, Errors: [] },
    }));
    Object.assign(Actions[0] as object, { Type: "GetParticipantInput", Parameters: card.Actions[2].Parameters });
    const started = performance.now();
    validateFlow({ ...card, StartAction: "step-0", Actions });
    validateFlow({ ...card, Actions: Array(200_000).fill(Actions[1]) });
    validateFlow(withStep(card, "Sorry", parameter("Text", "$.a".repeat(80_000))));
    validateFlow(withStep(card, "Sorry", parameter("Text", "$['".repeat(80_000))));
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("repeats nothing that could be a secret", () => {
    const secrets = ["4111111111111111", "AYADeKjdkXrAU1QmH0JLTzhuAAAA"];
    for (const secret of secrets) {
      for (const place of placesIn(card).filter(({ holder, name }) => typeof holder[name] === "string")) {
        const before = place.holder[place.name];
        place.holder[place.name] = secret;
        const told = validateFlow(card).map(describeProblem).join("\n");
        place.holder[place.name] = before;
        // Where a name should be, a text may be told; a number as long as a card's never is.
        const isName = ["Identifier", "NextAction", "StartAction", "Type", "ErrorType"].includes(place.name);
        if (secret === secrets[0] || !isName) expect(told).not.toContain(secret);
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
