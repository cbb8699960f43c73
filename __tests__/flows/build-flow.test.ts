import { buildFlow, FlowError } from "../../flows/build-flow";
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

it("refuses a flow that Connect would, with every problem", () => {
  const build = () =>
    buildFlow({
      start: "hello",
      steps: { hello: playPrompt({ Text: "" }, { next: "bye" }), bye: disconnect(), lost: disconnect() },
    });
  expect(build).toThrow(FlowError);
  expect(build).toThrow(
    'The flow breaks rules: step "hello": Parameters.Text: is empty; instead write a text, or leave it out. ' +
      'step "lost": Identifier: no step leads to it; instead lead a step to it, or leave it out.',
  );
});

// Checked by the type checker, which fails on a directive that nothing needs; and again at run time.
describe("a step name that is no step does not compile", () => {
  it("as a next step", () => {
    expect(() =>
      buildFlow({
        start: "hello",
        // @ts-expect-error there is no step "by"
        steps: { hello: playPrompt({ Text: "Hello" }, { next: "by" }), bye: disconnect() },
      }),
    ).toThrow('step "hello": Transitions.NextAction: leads to "by", which is not a step');
  });

  it("as a branch", () => {
    const which = compare("$.External.outcome", { equals: { accepted: "by" }, otherwise: "bye" });
    expect(() =>
      buildFlow({
        start: "which",
        // @ts-expect-error there is no step "by"
        steps: { which, bye: disconnect() },
      }),
    ).toThrow('step "which": Transitions.Conditions[0].NextAction: leads to "by", which is not a step');
  });

  it("as the start", () => {
    // @ts-expect-error there is no step "hallo"
    expect(() => buildFlow({ start: "hallo", steps: { hello: disconnect() } })).toThrow(
      'StartAction: names "hallo", which is not a step',
    );
  });
});
