import { certificateFile } from "./certificates";
import type { AnyJson } from "./flows";

/** The service's limits: 250 actions and 256,000 characters. */
const MAX_ACTIONS = 250;
const MAX_CHARACTERS = 256_000;

const conditionTo = (to: string, operand = "ok") => ({ NextAction: to, Condition: { Operands: [operand] } });
const errorTo = (to: string) => ({ NextAction: to, ErrorType: "NoMatchingError" });
const step = (Identifier: string, Type: string, Parameters: object, Transitions: object = {}) => ({
  Identifier,
  Type,
  Parameters,
  Transitions,
});

const END = step("end", "DisconnectParticipant", {});
/** Without an encrypted input, the linter does not follow paths. */
const input = (next: string) =>
  step(
    "input",
    "GetParticipantInput",
    { StoreInput: "True", InputEncryption: { EncryptionKeyId: "${id}", Key: "${key}" } },
    { NextAction: next, Errors: [errorTo("end")] },
  );
const invoke = (next: string, parameters: object = { a: "$.StoredCustomerInput" }) =>
  step("invoke", "InvokeLambdaFunction", { LambdaInvocationAttributes: parameters }, { NextAction: next });

const flowOf = (Actions: object[]): AnyJson => ({ Version: "2019-10-30", StartAction: "input", Actions });
const list = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: Math.floor(count) }, (_, index) => item(index));
const attributes = (count: number, value: (index: number) => string) =>
  Object.fromEntries(list(count, (index) => [`a${index}`, value(index)]));
const flowAttributes = (count: number, value: (index: number) => string) =>
  Object.fromEntries(list(count, (index) => [`a${index}`, { Value: value(index) }]));

/**
 * Flows in which an algorithm of the linter has the most to do. Each function takes a size from 0 to 1, of which 1 gives
 * a flow that nearly has the service's limits.
 */
export const LARGE_FLOWS: Record<string, (size: number) => AnyJson> = {
  "accepting branches": (size) => {
    const steps = 244 * size;
    const name = (index: number) => (index < steps ? `c${index}` : "end");
    return flowOf([
      input("invoke"),
      invoke(name(0)),
      ...list(steps, (index) =>
        step(
          name(index),
          "Compare",
          { ComparisonValue: "$.External.a" },
          {
            NextAction: "end",
            Conditions: list(12, (branch) => conditionTo(name(index + 1 + branch * 3))),
            Errors: [errorTo(name(index + 1))],
          },
        ),
      ),
      END,
    ]);
  },
  "checks after errors": (size) => {
    const steps = 120 * size;
    const check = (index: number) => `c${index % Math.floor(steps)}`;
    const use = (index: number) => `i${index % Math.floor(steps)}`;
    return flowOf([
      {
        ...input("invoke"),
        Transitions: { NextAction: "invoke", Errors: list(steps, (index) => errorTo(check(index))) },
      },
      invoke("end"),
      ...list(steps, (index) =>
        step(
          check(index),
          "Compare",
          { ComparisonValue: "$.External.a" },
          { NextAction: "end", Conditions: list(18, (branch) => conditionTo(use(index + branch * 7))) },
        ),
      ),
      ...list(steps, (index) =>
        step(
          use(index),
          "InvokeLambdaFunction",
          { LambdaInvocationAttributes: { a: "$.StoredCustomerInput" } },
          { NextAction: check(index + 1), Errors: list(10, (branch) => errorTo(check(index + branch * 11))) },
        ),
      ),
      END,
    ]);
  },
  "copies in one step": (size) => {
    const count = 8600 * size;
    return flowOf([
      input("copy"),
      step(
        "copy",
        "UpdateContactAttributes",
        {
          Attributes: attributes(count, (index) =>
            index === 0 ? "$.StoredCustomerInput" : `$.Attributes.a${index - 1}`,
          ),
        },
        { NextAction: "copy" },
      ),
    ]);
  },
  "copies in all steps": (size) => {
    const steps = 240 * size;
    const name = (index: number) => `s${index % steps}`;
    const count = 18;
    const total = Math.floor(steps) * count;
    return flowOf([
      input("s0"),
      ...list(steps, (index) =>
        step(
          name(index),
          "UpdateContactAttributes",
          {
            Attributes: Object.fromEntries(
              list(count, (each) => {
                const number = index * count + each;
                return [`a${number}`, number === total - 1 ? "$.StoredCustomerInput" : `$.Attributes.a${number + 1}`];
              }),
            ),
          },
          { Errors: list(17, (branch) => ({ NextAction: name(index + 1 + branch * 5) })), NextAction: name(index + 1) },
        ),
      ),
    ]);
  },
  "error branches": (size) => {
    const steps = 200 * size;
    const chain = (index: number) => (index < steps ? `p${index}` : "invoke");
    return flowOf([
      input("invoke"),
      {
        ...invoke("c"),
        Transitions: { NextAction: "c", Errors: list(2000 * size, (index) => errorTo(chain(index % 50))) },
      },
      step(
        "c",
        "Compare",
        { ComparisonValue: "$.External.a" },
        {
          NextAction: "end",
          Conditions: list(1300 * size, (index) => conditionTo(`p${index % steps}`)),
          Errors: list(1000 * size, (index) => errorTo(chain(index % 50))),
        },
      ),
      ...list(steps, (index) =>
        step(chain(index), "MessageParticipant", { Text: "a" }, { NextAction: chain(index + 1) }),
      ),
      END,
    ]);
  },
  "attributes to compare": (size) => {
    const chain = list(8, (index) =>
      step(
        `s${index}`,
        "UpdateContactAttributes",
        { Attributes: attributes(500 * size, (each) => `$.Attributes.b${each}`) },
        { NextAction: index < 7 ? `s${index + 1}` : "c" },
      ),
    );
    return flowOf([
      input("invoke"),
      {
        ...invoke("c"),
        Transitions: { NextAction: "c", Errors: list(2500 * size, (index) => errorTo(`s${index % 8}`)) },
      },
      step(
        "c",
        "Compare",
        { ComparisonValue: "$.External.a" },
        { Conditions: [conditionTo("end")], NextAction: "end" },
      ),
      ...chain,
      END,
    ]);
  },
  "unknown attributes": (size) =>
    flowOf([
      input("set"),
      step(
        "set",
        "UpdateFlowAttributes",
        { FlowAttributes: flowAttributes(5000 * size, () => "-") },
        { NextAction: "say" },
      ),
      step(
        "say",
        "MessageParticipant",
        { Text: list(5000 * size, (index) => `$.FlowAttributes.b${index}`).join(" ") },
        { NextAction: "end" },
      ),
      END,
    ]),
  "misspelled namespaces": (size) =>
    flowOf([
      input("say"),
      step(
        "say",
        "MessageParticipant",
        { Text: list(13_000 * size, (index) => `$.Attribut${index.toString(36)}es.a`).join(" ") },
        { NextAction: "end" },
      ),
      END,
    ]),
  "misspelled parameters": (size) =>
    flowOf([
      input("say"),
      step(
        "say",
        "MessageParticipant",
        Object.fromEntries(list(19_000 * size, (index) => [`Te${index.toString(36)}x`, "a"])),
        { NextAction: "end" },
      ),
      END,
    ]),
  "unfinished references": (size) =>
    flowOf([
      input("say"),
      step("say", "MessageParticipant", { Text: "$['".repeat(82_000 * size) }, { NextAction: "end" }),
      END,
    ]),
  "a long reference": (size) =>
    flowOf([
      input("c"),
      step("c", "Compare", { ComparisonValue: `$${".a".repeat(120_000 * size)}` }, { NextAction: "end" }),
      END,
    ]),
  "a long bracket": (size) =>
    flowOf([
      input("c"),
      step("c", "Compare", { ComparisonValue: `$['${"\\'".repeat(60_000 * size)}` }, { NextAction: "end" }),
      END,
    ]),
  "a long name": (size) =>
    flowOf([
      input("say"),
      step(
        "say",
        "MessageParticipant",
        { ["n".repeat(120_000 * size)]: list(40_000 * size, () => "") },
        { NextAction: "end" },
      ),
      END,
    ]),
  numbers: (size) =>
    flowOf([
      input("say"),
      step("say", "MessageParticipant", { Text: list(126_000 * size, () => 1) }, { NextAction: "end" }),
      END,
    ]),
  conditions: (size) =>
    flowOf([
      {
        ...input("end"),
        Transitions: { NextAction: "end", Conditions: list(4500 * size, () => conditionTo("end", "12")) },
      },
      END,
    ]),
  certificates: (size) =>
    flowOf([
      input("k0"),
      ...list(185 * size, (index) => ({
        ...input(`k${index + 1}`),
        Identifier: `k${index}`,
        Parameters: {
          StoreInput: "True",
          InputEncryption: { EncryptionKeyId: "${id}", Key: `${index}\n${certificateFile("valid")}` },
        },
      })),
    ]),
};

/** Throws if a flow is longer than the service allows: such a flow is not checked. */
export function assertWithinLimits(flow: AnyJson): void {
  const { length } = JSON.stringify(flow);
  if (length > MAX_CHARACTERS || flow.Actions.length > MAX_ACTIONS) {
    throw new Error(`${length} characters and ${flow.Actions.length} actions`);
  }
}
