import { validateFlow } from "../../flow-validation/validate-flow";
import { type AnyJson, errorTo, exportedFlow, next, parameter, withStep } from "../support/flows";

const card = exportedFlow("encrypted-input");

const rules = (...changes: [step: string, change: (step: AnyJson) => void][]) =>
  validateFlow(changes.reduce((flow, [step, change]) => withStep(flow, step, change), card)).map(({ rule }) => rule);

it("reports one path with logging on, if another path turned it off", () => {
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

it("treats an attribute as overwritten only if the step succeeded", () => {
  expect(rules(["Forget", errorTo("Loud")])).toEqual(["logged-input", "kept-input"]);
});

it("allows an error branch to lead to another attempt or to a separate ending", () => {
  for (const to of ["Tries", "End", "Ask"]) expect(rules(["Decrypt", errorTo(to)])).toEqual([]);
});

it("follows steps that only speak or set something, unless the flow compares the attribute that they set", () => {
  expect(rules(["Decrypt", errorTo("Sorry")], ["Sorry", next("Outcome")])).toContain("error-branch-skips-check");
  const setFailed = (step: AnyJson) => {
    step.Type = "UpdateContactAttributes";
    step.Parameters = { Attributes: { failed: "yes" } };
    step.Transitions = { NextAction: "Outcome", Errors: [{ ErrorType: "NoMatchingError", NextAction: "End" }] };
  };
  expect(rules(["Sorry", setFailed])).toContain("error-branch-skips-check");
  expect(rules(["Sorry", setFailed], ["Anything", parameter("ComparisonValue", "$.Attributes.failed")])).not.toContain(
    "error-branch-skips-check",
  );
});

it("is not checked in a flow that encrypts nothing", () => {
  expect(
    rules(["Ask", parameter("InputEncryption", undefined)], ["Quiet", parameter("FlowLoggingBehavior", "Enabled")]),
  ).toEqual(["unencrypted-input"]);
});

describe("touchtone buffering", () => {
  /** Turns a step into "Set touchtone buffer behavior". */
  const buffer =
    (EnableDTMFBuffer: string, more: object = {}) =>
    (step: AnyJson) => {
      step.Type = "GetParticipantInput";
      step.Parameters = { EnableDTMFBuffer, ...more };
      step.Transitions.Conditions = [];
      step.Transitions.Errors = [{ ErrorType: "NoMatchingError", NextAction: "End" }];
    };
  const { InputEncryption } = card.Actions[2].Parameters;

  /** The step in front of the input. */
  const inFront = (EnableDTMFBuffer: string): [string, (step: AnyJson) => void][] => [
    ["Tries", buffer(EnableDTMFBuffer)],
    ["Tries", next("Ask")],
  ];

  it("is off before an encrypted input", () => {
    // Another attempt leads through the step again, which is then behind the input.
    expect(rules(...inFront("true"))).toEqual(["buffered-input", "buffered-input"]);
    expect(rules(...inFront("false"))).toEqual([]);
    expect(rules(["Quiet", buffer("true")])).toContain("buffered-input");
  });

  it("is off after an encrypted input, and after its error", () => {
    expect(rules(["Loud", buffer("true")])).toContain("buffered-input");
    expect(rules(["Sorry", buffer("True")])).toEqual(["buffered-input"]);
    expect(rules(["Sorry", buffer("False")])).toEqual([]);
  });

  it("may be on before a step that encrypts and clears the buffer", () => {
    const stopAndClear = buffer("false", { StoreInput: "true", InputEncryption });
    expect(rules(...inFront("true"), ["Ask", stopAndClear])).toEqual([]);
    expect(rules(...inFront("true"), ["Ask", buffer("false", { StoreInput: "true" })])).toEqual(["unencrypted-input"]);
  });
});
