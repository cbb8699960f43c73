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
