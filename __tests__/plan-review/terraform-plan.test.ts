import { readFileSync } from "node:fs";
import { summaryOf } from "../../plan-review/summary";
import {
  actionOf,
  changedArguments,
  isSensitive,
  isUnknown,
  MAX_PLAN_BYTES,
  readPlan,
} from "../../plan-review/terraform-plan";
import { headline } from "../../plan-review/wording";
import { planFile, planOf, planOfChange, resourceChange } from "../support/plans";

const plan = (parts: object) => JSON.stringify({ format_version: "1.2", resource_changes: [], ...parts });
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const USE = 'Use the output of "terraform show -json PLAN".';

it.each([
  ["text that is not JSON", "no JSON, 4111111111111111", `is not JSON. ${USE}`],
  ["a list", "[]", `is not a Terraform plan. ${USE}`],
  ["null", "null", `is not a Terraform plan. ${USE}`],
  ["an object", "{}", `is not a Terraform plan. ${USE}`],
  ["a format version alone", '{"format_version":"1.0"}', `is a Terraform state, not a plan. ${USE}`],
  ["a state", '{"format_version":"1.0","values":{}}', `is a Terraform state, not a plan. ${USE}`],
  ["a state file", '{"version":4,"lineage":"a","resources":[]}', `is a Terraform state, not a plan. ${USE}`],
  ["a validation", plan({ valid: true }), `is the output of "terraform validate", not a plan. ${USE}`],
  [
    "Terraform's log",
    '{"@level":"info"}\n{"@level":"info"}',
    `is the log of "terraform plan -json", not a plan. ${USE}`,
  ],
  ["no changes and no values", '{"format_version":"1.2","complete":true}', `is not a Terraform plan. ${USE}`],
  ["a plan without a version", '{"resource_changes":[]}', `is not a Terraform plan. ${USE}`],
  [
    "another major version",
    plan({ format_version: "2.0" }),
    "has a plan format whose version this review does not know. Use Terraform 1.11 or newer, below 2.",
  ],
  [
    "a version that only begins with 1",
    plan({ format_version: "10.0" }),
    "has a plan format whose version this review does not know. Use Terraform 1.11 or newer, below 2.",
  ],
  [
    "a failed plan",
    plan({ errored: true }),
    "is from a plan that failed. Fix what Terraform reported, and plan again.",
  ],
  [
    "a failed plan without changes",
    '{"format_version":"1.2","errored":true}',
    "is from a plan that failed. Fix what Terraform reported, and plan again.",
  ],
  [
    "a result that is not a boolean",
    plan({ errored: "false" }),
    "is from a plan that failed. Fix what Terraform reported, and plan again.",
  ],
  [
    "a change without parts",
    plan({ resource_changes: [{}] }),
    "has resource_changes that cannot be read. Create the plan again.",
  ],
  [
    "a change that is null",
    plan({ resource_changes: [null] }),
    "has resource_changes that cannot be read. Create the plan again.",
  ],
  ["broken drift", plan({ resource_drift: {} }), "has resource_drift that cannot be read. Create the plan again."],
  ["broken outputs", plan({ output_changes: [1] }), "has output_changes that cannot be read. Create the plan again."],
  [
    "a broken configuration",
    plan({ configuration: 1 }),
    "has configuration that cannot be read. Create the plan again.",
  ],
  ["broken checks", plan({ checks: [{}] }), "has checks that cannot be read. Create the plan again."],
  [
    "broken deferred changes",
    plan({ deferred_changes: [{}] }),
    "has deferred_changes that cannot be read. Create the plan again.",
  ],
  [
    "20,000 levels",
    nested(20_000),
    `is nested more than 100 levels deep, or has a key "__proto__". No plan of this project does. ${USE}`,
  ],
  [
    "101 levels",
    plan({ a: JSON.parse(nested(100)) }),
    `is nested more than 100 levels deep, or has a key "__proto__". No plan of this project does. ${USE}`,
  ],
  [
    'a key "__proto__"',
    '{"format_version":"1.2","resource_changes":[],"output_changes":{"\\u005f_proto__":{"actions":["create"]}}}',
    `is nested more than 100 levels deep, or has a key "__proto__". No plan of this project does. ${USE}`,
  ],
  [
    "more than 1,000 resources",
    plan({
      resource_changes: Array(600).fill(resourceChange("a.b", {})),
      resource_drift: Array(401).fill(resourceChange("a.b", {})),
    }),
    `has more than 1000 resources, which this review does not read. ${USE}`,
  ],
])("rejects %s in one sentence", (_, text, sentence) => {
  const read = () => readPlan(text, "the file");
  expect(read).toThrow(new Error(`the file ${sentence}`));
});

it("rejects a text of more than 8 MB before it reads it", () => {
  expect(MAX_PLAN_BYTES).toBe(8 * 1024 * 1024);
  expect(() => readPlan("[".repeat(MAX_PLAN_BYTES + 1), "the file")).toThrow(`the file is larger than 8 MB. ${USE}`);
  expect(() => readPlan("[".repeat(MAX_PLAN_BYTES), "the file")).toThrow("is not JSON");
});

it.each([
  ["no changes", plan({})],
  ["only planned values", '{"format_version":"1.2","planned_values":{}}'],
  ["a newer minor version", plan({ format_version: "1.9" })],
  ["99 levels", plan({ a: JSON.parse(nested(99)) })],
  ["1,000 resources", plan({ resource_changes: Array(1000).fill(resourceChange("a.b", {})) })],
  ["no failure", plan({ errored: false })],
])("reads a plan with %s", (_, text) => expect(() => readPlan(text, "the file")).not.toThrow());

describe("public bug reports", () => {
  const text = (name: string) => readFileSync(planFile(`cases/${name}`), "utf8").replace(/^\ufeff/, "");
  it.each([
    ["1-state", "the file is a Terraform state, not a plan."],
    ["2-validate", 'the file is the output of "terraform validate", not a plan.'],
  ])("rejects %s", (name, sentence) => expect(() => readPlan(text(name), "the file")).toThrow(sentence));

  it.each([
    [
      "4-forget",
      "1 forgotten; none of them IAM or KMS; 1 danger found.",
      [
        "the parameter with the private key of the key pair primary is forgotten: it stays in AWS, and Terraform no longer manages it",
      ],
    ],
    [
      "5-import",
      "1 imported; none of them IAM or KMS; 1 danger found, but 1 thing not understood.",
      ["the flow has content in which this review finds no step"],
    ],
    ["6-bom", "Nothing to do: the deployment matches the configuration.", []],
  ])("reviews %s", (name, sentence, dangers) => {
    const summary = summaryOf(readPlan(text(name), "the file"));
    expect(headline(summary)).toBe(sentence);
    expect(summary.dangers.map((danger) => danger.text)).toEqual(dangers);
  });
});

it("keeps two long numbers different", () => {
  const numberOf = (number: string) =>
    readPlan(
      `{"format_version":"1.2","resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"before":null,"after":{"n": ${number}, "m":[1.5,-2,"9007199254740993"]}}}]}`,
      "it",
    ).resource_changes[0]?.change.after;
  expect(numberOf("9007199254740993")).toEqual({ n: "9007199254740993", m: [1.5, -2, "9007199254740993"] });
  expect(numberOf("1e999")).toEqual({ n: "1e999", m: [1.5, -2, "9007199254740993"] });
  expect(numberOf("0.12345678901234567")).toMatchObject({ n: "0.12345678901234567" });
  expect(numberOf("9007199254740991")).toMatchObject({ n: 9007199254740991 });
  expect(numberOf("12.25")).toMatchObject({ n: 12.25 });
});

describe("the action of a change", () => {
  const actionsOf = (actions: string[], rest: object = {}) =>
    actionOf(planOf([{ ...resourceChange("a.b", { actions }), ...rest }]).resource_changes[0] as never);

  it.each([
    [["create"], "create"],
    [["update"], "update"],
    [["delete"], "destroy"],
    [["forget"], "forget"],
    [["read"], "read"],
    [["create", "delete"], "replace"],
    [["delete", "create"], "replace"],
    [["create", "forget"], "replace"],
    [["forget", "create"], "replace"],
    [["no-op"], undefined],
    [[], "other"],
    [["open"], "other"],
    [["toString"], "other"],
    [["create", "update"], "other"],
  ])("%j is %s", (actions, action) => expect(actionsOf(actions)).toBe(action));

  it("of a resource that does not change can be an import or a move", () => {
    expect(actionsOf(["no-op"], { previous_address: "a.b" })).toBeUndefined();
    expect(actionsOf(["no-op"], { previous_address: "a.c" })).toBe("move");
    expect(actionsOf(["update"], { previous_address: "a.c" })).toBe("update");
    const [imported] = planOfChange("a.b", { actions: ["no-op"], importing: { id: "x" } }).resource_changes;
    expect(imported && actionOf(imported)).toBe("import");
  });
});

describe("marks", () => {
  const change = (rest: object) => {
    const [only] = planOfChange("a.b", { before: {}, after: {}, ...rest }).resource_changes;
    if (!only) throw new Error("no change");
    return only;
  };

  it.each([
    [true, ["x"], true],
    [false, ["x"], false],
    [{ x: true }, ["x"], true],
    [{ x: false }, ["x"], false],
    [{ x: [{ y: true }] }, ["x"], true],
    [{ x: [{ y: true }] }, ["x", "0", "y"], true],
    [{ x: [{ y: true }] }, ["x", "0", "z"], false],
    [{ x: [{ y: true }] }, ["x", "1", "y"], false],
    [{ x: true }, ["x", "0", "y"], true],
    [{ x: [{ y: false }] }, ["x"], false],
    [{ y: true }, ["x"], false],
    [{}, ["toString"], false],
  ])("%j mark %j: %s", (after_unknown, path, marked) =>
    expect(isUnknown(change({ after_unknown }), ...path)).toBe(marked),
  );

  it("of sensitive values are those before and after", () => {
    expect(isSensitive(change({ before_sensitive: { x: true } }), "x")).toBe(true);
    expect(isSensitive(change({ after_sensitive: { x: [{ y: true }] } }), "x")).toBe(true);
    expect(isSensitive(change({ after_sensitive: { y: true } }), "x")).toBe(false);
    expect(isSensitive(change({}), "x")).toBe(false);
  });
});

describe("changed arguments", () => {
  const changed = (before: object | null, after: object | null, rest: object = {}) => {
    const [only] = planOfChange("a.b", { before: before as never, after: after as never, ...rest }).resource_changes;
    return only && changedArguments(only);
  };

  it.each([
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, ["b"]],
    [{ b: 1, a: 1 }, { a: 2, b: 2 }, ["a", "b"]],
    [{ a: 1 }, {}, ["a"]],
    [{}, { a: false }, ["a"]],
    [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, []],
    [{ a: null }, {}, []],
    [{ a: "" }, { a: null }, []],
    [{ a: [] }, { a: null }, []],
    [{ a: {} }, {}, []],
    [{ a: ["x"] }, { a: [] }, ["a"]],
    [null, { a: 1, b: null }, ["a"]],
    [{ a: 1 }, null, ["a"]],
  ])("of %j and %j: %j", (before, after, names) => expect(changed(before, after)).toEqual(names));

  it("contain those that are unknown, and all of an imported resource", () => {
    expect(changed({ a: 1 }, { a: 1 }, { after_unknown: { a: true, b: true, c: false } })).toEqual(["a", "b"]);
    expect(changed({ a: 1 }, { a: 1 }, { importing: { id: "x" } })).toEqual(["a"]);
  });
});
