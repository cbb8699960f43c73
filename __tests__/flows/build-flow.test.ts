import { assertValidFlow, FlowError } from "../../flow-validation/validate-flow";
import { buildFlow } from "../../flows/build-flow";
import { compare, disconnect, playPrompt } from "../../flows/steps";

it("uses the names of steps as identifiers, and positions each step", () => {
  const flow = buildFlow({
    start: "hello",
    steps: { hello: playPrompt({ Text: "Hello" }, { next: "bye" }), bye: disconnect() },
  });
  expect(flow.StartAction).toBe("hello");
  expect(flow.Actions.map(({ Identifier }) => Identifier)).toEqual(["hello", "bye"]);
  expect(Object.keys(flow.Metadata.ActionMetadata)).toEqual(["hello", "bye"]);
});

it("builds a flow whose problems the validation reports, all of them", () => {
  const build = () =>
    assertValidFlow(
      buildFlow({
        start: "hello",
        steps: { hello: playPrompt({ Text: "" }, { next: "bye" }), bye: disconnect(), lost: disconnect() },
      }),
    );
  expect(build).toThrow(FlowError);
  expect(build).toThrow(
    'The flow breaks rules: step "hello": Parameters.Text is empty; write a text, or omit it. ' +
      'step "lost": Identifier names a step that no call reaches; lead a step to it, or remove it.',
  );
});

// The type checker reports a directive without an error behind it.
describe("an unknown step name does not compile", () => {
  it("as a next step", () => {
    // @ts-expect-error no step has the name "by"
    buildFlow({ start: "hello", steps: { hello: playPrompt({ Text: "Hello" }, { next: "by" }), bye: disconnect() } });
  });

  it("as a branch", () => {
    const which = compare("$.External.outcome", { equals: { accepted: "by" }, otherwise: "bye" });
    // @ts-expect-error no step has the name "by"
    buildFlow({ start: "which", steps: { which, bye: disconnect() } });
  });

  it("as the start", () => {
    // @ts-expect-error no step has the name "hallo"
    const flow = buildFlow({ start: "hallo", steps: { hello: disconnect() } });
    expect(() => assertValidFlow(flow)).toThrow('StartAction names "hallo", which is not a step');
  });
});
