import { DOCUMENT_RULES, FLOW_RULES, LAST_STEP_RULES, STEP_RULES } from "../../flow-validation/rules/index";
import { validateFlow } from "../../flow-validation/validate-flow";
import { certificateFile } from "../support/certificates";
import {
  type AnyJson,
  conditions,
  errors,
  errorTo,
  exportedFlow,
  next,
  parameter,
  set,
  withStep,
} from "../support/flows";

const card = exportedFlow("encrypted-input");
const VALID = certificateFile("valid");

type BrokenStep = [what: string, step: string, change: (step: AnyJson) => void, rule: string, path: string];

/** Each changes one step of a correct flow so that it breaks one rule. */
const BROKEN_STEPS: BrokenStep[] = [
  ["a number instead of a string", "Tries", parameter("LoopCount", 3), "not-a-text", "Parameters.LoopCount"],
  ["a boolean instead of a string", "Ask", parameter("StoreInput", true), "not-a-text", "Parameters.StoreInput"],
  ["null instead of a string", "Sorry", parameter("Text", null), "not-a-text", "Parameters.Text"],
  ["an empty text", "Sorry", parameter("Text", ""), "empty-text", "Parameters.Text"],
  [
    "an empty text in an inner object",
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
  ["a next action that is not a step", "Sorry", next("nowhere"), "unknown-step", "Transitions.NextAction"],
  [
    "an error branch that leads to no step",
    "Keep",
    errorTo("nowhere"),
    "unknown-step",
    "Transitions.Errors[0].NextAction",
  ],
  ["transitions of an action that ends the flow", "End", next("Sorry"), "after-the-end", "Transitions"],
  ["an unknown action type", "Sorry", set("Type", "PlayPrompt"), "unknown-action-type", "Type"],
  ["no action type", "Sorry", set("Type", undefined), "action-type", "Type"],
  ["parameters that are a list", "End", set("Parameters", []), "parameters", "Parameters"],
  ["transitions that are a string", "End", set("Transitions", "Sorry"), "transitions", "Transitions"],
  ["errors that are not a list", "Sorry", set("Transitions.Errors", {}), "transitions", "Transitions.Errors"],
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
  [
    "a misspelled parameter",
    "Decrypt",
    parameter("InvocationTyp", "x"),
    "unknown-parameter",
    "Parameters.InvocationTyp",
  ],
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
    "a timeout error of a stored input",
    "Ask",
    errors("NoMatchingError", "InputTimeLimitExceeded"),
    "refused-error",
    "Transitions.Errors[1]",
  ],
  ["a condition of a stored input", "Ask", conditions("1"), "refused-condition", "Transitions.Conditions[0]"],
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
    "a public key instead of a certificate",
    "Ask",
    parameter("InputEncryption.Key", "-----BEGIN PUBLIC KEY-----"),
    "certificate",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate without its end",
    "Ask",
    parameter("InputEncryption.Key", VALID.slice(0, 500)),
    "certificate-truncated",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate with a wrong character",
    "Ask",
    parameter("InputEncryption.Key", VALID.replace("MII", "MII!")),
    "certificate-unreadable",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate on one line",
    "Ask",
    parameter("InputEncryption.Key", VALID.replaceAll("\n", "")),
    "certificate-on-one-line",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate with spaces instead of line breaks",
    "Ask",
    parameter("InputEncryption.Key", VALID.replaceAll("\n", " ")),
    "certificate-with-spaces",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate whose line breaks are escaped twice",
    "Ask",
    parameter("InputEncryption.Key", VALID.replaceAll("\n", "\\n")),
    "certificate-with-escaped-line-breaks",
    "Parameters.InputEncryption.Key",
  ],
  [
    "an expired certificate",
    "Ask",
    parameter("InputEncryption.Key", certificateFile("expired")),
    "certificate-expired",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate that is not valid yet",
    "Ask",
    parameter("InputEncryption.Key", certificateFile("not-yet-valid")),
    "certificate-not-yet-valid",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate of an EC key",
    "Ask",
    parameter("InputEncryption.Key", certificateFile("ec")),
    "certificate-key-type",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate of a short key",
    "Ask",
    parameter("InputEncryption.Key", certificateFile("rsa-1024")),
    "certificate-key-size",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate of a long key",
    "Ask",
    parameter("InputEncryption.Key", certificateFile("rsa-6144")),
    "certificate-key-length",
    "Parameters.InputEncryption.Key",
  ],
  [
    "a certificate that is signed with another key",
    "Ask",
    parameter("InputEncryption.Key", certificateFile("ca-signed")),
    "certificate-not-self-signed",
    "Parameters.InputEncryption.Key",
  ],
  [
    "an example instead of a key id",
    "Ask",
    parameter("InputEncryption.EncryptionKeyId", "your-key-id"),
    "placeholder-key-id",
    "Parameters.InputEncryption.EncryptionKeyId",
  ],
  [
    "encryption of an input that is not stored",
    "Ask",
    parameter("StoreInput", "False"),
    "encryption-needs-storing",
    "Parameters.StoreInput",
  ],
  ["no encryption", "Ask", parameter("InputEncryption", undefined), "unencrypted-input", "Parameters.InputEncryption"],
  [
    "a time limit for the first digit that is too long",
    "Ask",
    parameter("InputTimeLimitSeconds", "181"),
    "out-of-range",
    "Parameters.InputTimeLimitSeconds",
  ],
  [
    "a time limit between digits that is too long",
    "Ask",
    parameter("DTMFConfiguration.InterdigitTimeLimitSeconds", "21"),
    "out-of-range",
    "Parameters.DTMFConfiguration.InterdigitTimeLimitSeconds",
  ],
  [
    "too many termination keys",
    "Ask",
    parameter("DTMFConfiguration.InputTerminationSequence", "######"),
    "termination",
    "Parameters.DTMFConfiguration.InputTerminationSequence",
  ],
  ["an error without a branch", "Keep", errors(), "missing-error", "Transitions.Errors"],
  [
    "a time limit of a function that is too long",
    "Decrypt",
    parameter("InvocationTimeLimitSeconds", "9"),
    "lambda-time-limit",
    "Parameters.InvocationTimeLimitSeconds",
  ],
  [
    "a maximum length that is not a number",
    "Ask",
    parameter("InputValidation.CustomValidation.MaximumLength", "abc"),
    "out-of-range",
    "Parameters.InputValidation.CustomValidation.MaximumLength",
  ],
  [
    "an error that a function does not have",
    "Decrypt",
    errors("NoMatchingError", "Foo"),
    "refused-error",
    "Transitions.Errors[1]",
  ],
  [
    "a reference to the beginning of a flow attribute's name",
    "Decrypt",
    parameter("LambdaInvocationAttributes.card", "$.FlowAttributes.c"),
    "unknown-reference",
    "Parameters.LambdaInvocationAttributes.card",
  ],
  [
    "an unknown response type",
    "Decrypt",
    parameter("ResponseValidation.ResponseType", "XML"),
    "unknown-value",
    "Parameters.ResponseValidation.ResponseType",
  ],
  ["a condition of a function", "Decrypt", conditions("200"), "refused-condition", "Transitions.Conditions[0]"],
  [
    "two values to compare",
    "Outcome",
    parameter("ComparisonValue", "$.External.a $.External.b"),
    "comparison-value",
    "Parameters.ComparisonValue",
  ],
  [
    "a namespace without a name to compare",
    "Outcome",
    parameter("ComparisonValue", "$.External"),
    "comparison-value",
    "Parameters.ComparisonValue",
  ],
  [
    "a stored input without a validation",
    "Ask",
    (step) => {
      step.Parameters.InputValidation = undefined;
      step.Parameters.InputEncryption = undefined;
    },
    "missing-parameter",
    "Parameters.InputValidation",
  ],
  ["a comparison with two default branches", "Outcome", next("End"), "two-otherwises", "Transitions.NextAction"],
  ["a loop without a branch for its end", "Tries", conditions("ContinueLooping"), "loop", "Transitions.Conditions"],
  ["an error of a logging step", "Quiet", errors("NoMatchingError"), "refused-error", "Transitions.Errors[0]"],
  [
    "a flow attribute without a Value",
    "Keep",
    parameter("FlowAttributes.card", { Type: "String" }),
    "missing-parameter",
    "Parameters.FlowAttributes.card.Value",
  ],
  ["no queue", "Queue", parameter("QueueId", undefined), "missing-parameter", "Parameters.QueueId"],
  [
    "a misspelled encryption",
    "Ask",
    parameter("InputEncription", {}),
    "unknown-parameter",
    "Parameters.InputEncription",
  ],
  [
    "a reference to a flow attribute that no step sets",
    "Decrypt",
    parameter("LambdaInvocationAttributes.card", "$.FlowAttributes['number']"),
    "unknown-reference",
    "Parameters.LambdaInvocationAttributes.card",
  ],
  [
    "a misspelled namespace",
    "Sorry",
    parameter("Text", "Dear $.Atributes.name,"),
    "unknown-reference",
    "Parameters.Text",
  ],
  ["an unknown namespace", "Sorry", parameter("Text", "$.Bogus.name"), "unknown-reference", "Parameters.Text"],
  [
    "touchtone buffering during an encrypted input",
    "Ask",
    parameter("EnableDTMFBuffer", "True"),
    "buffered-input",
    "Parameters.InputEncryption",
  ],
  [
    "a voice engine of Polly that Connect does not have",
    "Sorry",
    (step) => {
      step.Type = "UpdateContactTextToSpeechVoice";
      step.Parameters = { TextToSpeechVoice: "Danielle", TextToSpeechEngine: "long-form" };
    },
    "voice-engine",
    "Parameters.TextToSpeechEngine",
  ],
  [
    "logging that is never turned off",
    "Quiet",
    parameter("FlowLoggingBehavior", "Enabled"),
    "logged-input",
    "Parameters.InputEncryption",
  ],
  [
    "a copy of the input in a contact attribute",
    "Keep",
    (step) => {
      step.Type = "UpdateContactAttributes";
      step.Parameters = { Attributes: { card: "$.StoredCustomerInput" } };
    },
    "kept-input",
    "Parameters.Attributes.card",
  ],
  [
    "a failed input that continues",
    "Ask",
    errorTo("Anything"),
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
  [
    "a failed copy that continues",
    "Keep",
    errorTo("Decrypt"),
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
  [
    "a failed function that continues",
    "Decrypt",
    errorTo("Outcome"),
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
  [
    "an unknown outcome that counts as accepted",
    "Outcome",
    (step) => {
      step.Transitions.NextAction = "Forget";
      step.Transitions.Errors[0].NextAction = "Forget";
    },
    "error-branch-skips-check",
    "Transitions.Errors[0].NextAction",
  ],
];

it.each(BROKEN_STEPS)("reports %s", (_, step, change, rule, path) => {
  expect(validateFlow(withStep(card, step, change))).toContainEqual({
    step: expect.any(String),
    path,
    rule,
    problem: expect.stringMatching(/./),
    instead: expect.stringMatching(/./),
  });
});

const changed = (change: (flow: AnyJson) => void): AnyJson => {
  const flow = structuredClone(card);
  change(flow);
  return flow;
};
const withAction = (action: unknown) => changed((flow) => flow.Actions.push(action));

type BrokenFlow = [what: string, json: unknown, rule: string, path: string];

/** Each breaks a rule for the flow as a whole, or a rule that no change of one step breaks. */
const BROKEN_FLOWS: BrokenFlow[] = [
  ["JSON that is not a flow", "flow", "not-a-flow", "$"],
  ["the console's older export format", exportedFlow("old-format"), "old-format", "modules"],
  [
    "a private key",
    withStep(card, "Sorry", parameter("Text", "-----BEGIN PRIVATE KEY-----")),
    "private-key",
    "Actions[12].Parameters.Text",
  ],
  ["no start", changed((flow) => delete flow.StartAction), "start", "StartAction"],
  [
    "a start that is not a step",
    changed((flow) => Object.assign(flow, { StartAction: "begin" })),
    "start",
    "StartAction",
  ],
  ["no version", changed((flow) => delete flow.Version), "version", "Version"],
  ["actions that are an object", changed((flow) => Object.assign(flow, { Actions: {} })), "actions", "Actions"],
  ["an action that is a string", withAction("Sorry"), "action", "Actions[14]"],
  ["an identifier that is a number", withAction({ Identifier: 5 }), "identifier", "Actions[14].Identifier"],
  ["an identifier that is not unique", withAction(card.Actions[13]), "identifier", "Actions[14].Identifier"],
  ["a rejected character", withAction({ Identifier: "a(b" }), "identifier", "Actions[14].Identifier"],
  ["a rejected identifier", withAction({ Identifier: "toString" }), "identifier", "Actions[14].Identifier"],
  [
    "an identifier that is too long",
    withAction({ Identifier: "x".repeat(51) }),
    "identifier",
    "Actions[14].Identifier",
  ],
  [
    "a flow that is too long",
    changed((flow) => Object.assign(flow.Actions[12].Parameters, { Text: "x".repeat(256_000) })),
    "too-long",
    "$",
  ],
  [
    "too many actions",
    changed((flow) => flow.Actions.push(...Array(250).fill(flow.Actions[13]))),
    "too-many-actions",
    "Actions",
  ],
  [
    "a step that no call reaches",
    withAction({ Identifier: "lost", Type: "DisconnectParticipant", Parameters: {}, Transitions: {} }),
    "unreachable",
    "Identifier",
  ],
  [
    "a menu that compares with two keys",
    withStep(exportedFlow("inbound"), "00000007-1a2b-4c3d-8e4f-0a1b2c3d4e5f", (step) => {
      step.Transitions.Conditions[0].Condition.Operands = ["11"];
    }),
    "one-key",
    "Transitions.Conditions[0].Condition",
  ],
];

it.each(BROKEN_FLOWS)("reports %s", (_, json, rule, path) => {
  expect(validateFlow(json)).toContainEqual(expect.objectContaining({ rule, path }));
});

it("every rule has an example that breaks it", () => {
  const rules = [DOCUMENT_RULES, FLOW_RULES, STEP_RULES, LAST_STEP_RULES].flatMap((each) => Object.keys(each));
  const broken = new Set([...BROKEN_STEPS.map(([, , , rule]) => rule), ...BROKEN_FLOWS.map(([, , rule]) => rule)]);
  expect([...broken].toSorted()).toEqual(rules.toSorted());
});
