import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cardNumberFlow } from "../../flows/card-number";
import { flowProblems } from "../../flows/rules";

const GOLDEN = join(__dirname, "card-number.golden.json");

const flow = cardNumberFlow({
  keyId: "11111111-2222-4333-8444-555555555555",
  certificate: "-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n",
  functionArn: "arn:aws:lambda:us-east-1:123456789012:function:decrypt-customer-input",
});

it("is what was reviewed (UPDATE_GOLDEN=1 npm test writes it anew, for the next review)", () => {
  const content = `${JSON.stringify(flow, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, content);
  expect(content).toBe(readFileSync(GOLDEN, "utf8"));
});

it("breaks no rule", () => {
  expect(flowProblems(flow)).toEqual([]);
});

it("turns logging and recording off before anything else", () => {
  const typeOf = (name: string | undefined) => flow.Actions.find(({ Identifier }) => Identifier === name);
  const first = typeOf(flow.StartAction);
  const second = typeOf(first?.Transitions.NextAction);
  expect(first).toMatchObject({ Type: "UpdateFlowLoggingBehavior", Parameters: { FlowLoggingBehavior: "Disabled" } });
  expect(second).toMatchObject({
    Type: "UpdateContactRecordingBehavior",
    Parameters: { RecordingBehavior: { RecordedParticipants: [], IVRRecordingBehavior: "Disabled" } },
  });
  expect(flow.Actions.filter(({ Type }) => Type === "UpdateFlowLoggingBehavior")).toHaveLength(1);
});

it("keeps neither the ciphertext nor anything of the number in a contact attribute", () => {
  const kept = flow.Actions.filter(({ Type }) => Type === "UpdateContactAttributes");
  expect(kept.map(({ Parameters }) => Parameters.Attributes)).toEqual([
    { cardOutcome: "accepted" },
    { cardOutcome: "attempts-exhausted" },
    { cardOutcome: "unavailable" },
  ]);
});

it("says goodbye at every end", () => {
  const [end] = flow.Actions.filter(({ Type }) => Type === "DisconnectParticipant");
  const before = flow.Actions.filter(({ Transitions }) => Transitions.NextAction === end?.Identifier);
  expect(before.map(({ Type }) => Type)).toEqual(["MessageParticipant", "MessageParticipant", "MessageParticipant"]);
  expect(before.every(({ Parameters }) => /Goodbye/.test(JSON.stringify(Parameters)))).toBe(true);
});
