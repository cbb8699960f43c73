import { readFileSync } from "node:fs";
import { digestOf } from "../../plan-review/digest";
import { readPlan } from "../../plan-review/terraform-plan";
import { type Json, planFile, planNames, planOf, readPlanFile, resourceChange } from "../support/plans";

const KEY = "aws_kms_key.encryption-key_B3391E8B";
const TOPIC = "aws_sns_topic.monitoring_topic_DC51B990";
const base = resourceChange(KEY, { before: { description: "a", arn: "x" }, after: { description: "b", arn: "x" } });
const digest = (changes: Json[], parts: Json = {}) => digestOf(planOf(changes, parts));

it("is SHA-256 in hex", () => expect(digest([base])).toMatch(/^[0-9a-f]{64}$/));

it("is another one for each plan", () => {
  expect(new Set(planNames.map((name) => digestOf(readPlanFile(name)))).size).toBe(planNames.length);
});

/** Each scalar and each empty list or object in a value, replaced by another one. */
function* mutations(value: unknown): Generator<unknown> {
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, inner] of value.entries()) {
      for (const mutated of mutations(inner)) yield value.with(index, mutated);
    }
  } else if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) {
      for (const mutated of mutations(inner)) yield { ...value, [name]: mutated };
    }
  } else {
    yield typeof value === "boolean" ? !value : [value, "changed"];
  }
}

it("changes with each value of a change, before and after, also with an unchanged or a sensitive one", () => {
  const change = resourceChange(KEY, {
    ...{ before: { description: "a", arn: "x", tags: { a: "1" }, secret: "s" } },
    ...{ after: { description: "b", arn: "x", tags: { a: "1" }, secret: "t", list: [{ deep: [1, { x: null }] }] } },
    ...{
      after_unknown: { policy: true, x: false },
      before_sensitive: { secret: true },
      after_sensitive: { secret: true },
    },
    ...{ replace_paths: [["a"]], importing: { id: "i" } },
  });
  const full = {
    ...change,
    provider_name: "p",
    index: 0,
    deposed: "d",
    previous_address: "b",
    action_reason: "r",
    module_address: "m",
  };
  const digests = [digest([full])];
  for (const mutated of mutations(full)) {
    try {
      digests.push(digest([mutated as Json]));
    } catch {
      // A text that became a list is no plan.
      digests.push(digest([JSON.parse(JSON.stringify(mutated).replace(/\["([^"]*)","changed"\]/, '"changed $1"'))]));
    }
  }
  expect(digests.length).toBeGreaterThan(25);
  expect(new Set(digests).size).toBe(digests.length);
});

it("changes with the function's package, at any length, and with each difference after 300 characters", () => {
  const FUNCTION = "aws_lambda_function.decrypt-function_B286534F";
  const code = (source_code_hash: string) =>
    digest([resourceChange(FUNCTION, { before: { source_code_hash: "a" }, after: { source_code_hash } })]);
  expect(code("b")).not.toBe(code("c"));
  const long = (end: string) =>
    digest([resourceChange(KEY, { before: {}, after: { description: `${"x".repeat(1000)}${end}` } })]);
  expect(long("a")).not.toBe(long("b"));
  const permission = (principal: string) =>
    digest([
      resourceChange("aws_lambda_permission.decrypt-function_connect-may-invoke_742848F1", {
        before: null,
        after: { principal },
      }),
    ]);
  expect(permission("*")).not.toBe(permission("connect.amazonaws.com"));
  const number = (n: string) =>
    digestOf(readPlan(`{"format_version":"1.2","resource_changes":[${JSON.stringify(base).replace('"a"', n)}]}`, "it"));
  expect(number("9007199254740993")).not.toBe(number("9007199254740992"));
  expect(number('"\\ud800"')).not.toBe(number('"\\ud801"'));
});

it.each<[string, Json, Json]>([
  [
    "an output's value",
    { output_changes: { a: { actions: ["update"], after: 1 } } },
    { output_changes: { a: { actions: ["update"], after: 2 } } },
  ],
  [
    "an output's name",
    { output_changes: { a: { actions: ["update"] } } },
    { output_changes: { b: { actions: ["update"] } } },
  ],
  [
    "a sensitive output",
    { output_changes: { a: { actions: ["update"], after: "s", after_sensitive: true } } },
    { output_changes: { a: { actions: ["update"], after: "t", after_sensitive: true } } },
  ],
  [
    "a provider's argument",
    { configuration: { provider_config: { aws: { name: "aws", expressions: {} } } } },
    { configuration: { provider_config: { aws: { name: "aws", expressions: { endpoints: {} } } } } },
  ],
  [
    "a provisioner",
    { configuration: { root_module: { resources: [{ address: "a", mode: "m", type: "t" }] } } },
    {
      configuration: {
        root_module: { resources: [{ address: "a", mode: "m", type: "t", provisioners: [{ type: "local-exec" }] }] },
      },
    },
  ],
  [
    "a reference",
    {
      configuration: {
        root_module: {
          resources: [{ address: "a", mode: "m", type: "t", expressions: { policy: { references: ["a"] } } }],
        },
      },
    },
    {
      configuration: {
        root_module: {
          resources: [{ address: "a", mode: "m", type: "t", expressions: { policy: { references: ["b"] } } }],
        },
      },
    },
  ],
  ["the configuration", { configuration: {} }, {}],
  ["a deferred change", { deferred_changes: [{ reason: "a", resource_change: base }] }, {}],
  ["completeness", { complete: false }, { complete: true }],
])("changes with %s", (_, one, other) => {
  expect(digest([base], one)).not.toBe(digest([base], other));
  expect(digest([base], one)).toBe(digest([base], one));
});

it.each<[string, Json, Json]>([
  ["the time", { timestamp: "2026-01-01T00:00:00Z" }, { timestamp: "2027-01-01T00:00:00Z" }],
  ["Terraform's version", { terraform_version: "1.11.4" }, { terraform_version: "1.12.0", format_version: "1.3" }],
  ["the drift that a refresh finds", { resource_drift: [base] }, {}],
  ["the state", { prior_state: { values: {} } }, {}],
  ["planned values", { planned_values: { a: 1 } }, {}],
  ["variables, which can be ephemeral", { variables: { a: { value: "s" } } }, {}],
  ["an output that stays", { output_changes: { a: { actions: ["no-op"], after: 1 } } }, {}],
  ["completeness that is not stated", { complete: true }, {}],
  ["relevant attributes", { relevant_attributes: [1] }, {}],
])("does not change with %s", (_, one, other) => expect(digest([base], one)).toBe(digest([base], other)));

it("does not depend on the order of keys and of resources", () => {
  const topic = resourceChange(TOPIC, { before: {}, after: { name: "a" } });
  const reverse = (value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([name, inner]) => [name, reverse(inner)]),
        );
  expect(digest([base, topic])).toBe(digest([reverse(topic) as Json, reverse(base) as Json]));
  const deposed = { ...topic, deposed: "a" };
  expect(digest([topic, deposed])).toBe(digest([deposed, topic]));
  expect(digest([topic, topic])).not.toBe(digest([topic]));
});

it("of a resource that stays depends on its identity only", () => {
  const same = (values: Json) => digest([resourceChange(TOPIC, { before: values, after: values, actions: ["no-op"] })]);
  expect(same({ arn: "a", owner: "x" })).toBe(same({ arn: "a", owner: "y" }));
  for (const name of ["arn", "id", "name"]) expect(same({ [name]: "a" })).not.toBe(same({ [name]: "b" }));
  const moved = (values: Json) =>
    digest([
      { ...resourceChange(TOPIC, { before: values, after: values, actions: ["no-op"] }), previous_address: "x" },
    ]);
  expect(moved({ owner: "x" })).not.toBe(moved({ owner: "y" }));
});

it.each([
  ["aws_sns_topic_subscription.a", "pending_confirmation"],
  ["aws_cloudcontrolapi_resource.a", "schema"],
  ["aws_lambda_function.a", "last_modified"],
])("of %s does not depend on %s, unless it changes", (address, argument) => {
  const change = (before: string, after: string) =>
    digest([resourceChange(address, { before: { a: 1, [argument]: before }, after: { a: 2, [argument]: after } })]);
  expect(change("x", "x")).toBe(change("y", "y"));
  expect(change("x", "y")).not.toBe(change("x", "x"));
  const other = digest([
    resourceChange(TOPIC, { before: { a: 1, [argument]: "x" }, after: { a: 2, [argument]: "x" } }),
  ]);
  expect(other).not.toBe(
    digest([resourceChange(TOPIC, { before: { a: 1, [argument]: "y" }, after: { a: 2, [argument]: "y" } })]),
  );
});

it("is the same on each machine", () => {
  expect(digestOf(readPlan(readFileSync(planFile("cases/6-bom"), "utf8").slice(1), "it"))).toBe(
    "b6b0262f1568f6b74c6aad9e9f68cecc45acffdecfc1af254fdafa95163d8cc8",
  );
});
