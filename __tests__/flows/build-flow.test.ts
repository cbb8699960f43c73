import { assertValidFlow, FlowError } from "../../flow-validation/validate-flow";
import { buildFlow } from "../../flows/build-flow";
import { compare, disconnect, playPrompt } from "../../flows/steps";

it("makes names of steps the identifiers, and draws each step", () => {
  const flow = buildFlow({
    start: "hello",
    steps: { hello: playPrompt({ Text: "Hello" }, { next: "bye" }), bye: disconnect() },
  });
  expect(flow.StartAction).toBe("hello");
  expect(flow.Actions.map(({ Identifier }) => Identifier)).toEqual(["hello", "bye"]);
  expect(Object.keys(flow.Metadata.ActionMetadata)).toEqual(["hello", "bye"]);
});

it("builds a flow whose problems the validation names, all of them", () => {
  const build = () =>
    assertValidFlow(
      buildFlow({
        start: "hello",
        steps: { hello: playPrompt({ Text: "" }, { next: "bye" }), bye: disconnect(), lost: disconnect() },
      }),
    );
  expect(build).toThrow(FlowError);
  expect(build).toThrow(
    'The flow breaks rules: step "hello": Parameters.Text: is empty; instead write a text, or leave it out. ' +
      'step "lost": Identifier: no step leads to it; instead lead a step to it, or leave it out.',
  );
});

// The type checker fails on a directive that is not needed.
describe("a step name that is no step does not compile", () => {
  it("as a next step", () => {
    // @ts-expect-error there is no step "by"
    buildFlow({ start: "hello", steps: { hello: playPrompt({ Text: "Hello" }, { next: "by" }), bye: disconnect() } });
  });

  it("as a branch", () => {
    const which = compare("$.External.outcome", { equals: { accepted: "by" }, otherwise: "bye" });
    // @ts-expect-error there is no step "by"
    buildFlow({ start: "which", steps: { which, bye: disconnect() } });
  });

  it("as the start", () => {
    // @ts-expect-error there is no step "hallo"
    const flow = buildFlow({ start: "hallo", steps: { hello: disconnect() } });
    expect(() => assertValidFlow(flow)).toThrow('StartAction: names "hallo", which is not a step');
  });
});
