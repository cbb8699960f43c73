import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flowChanges } from "../../plan-review/flow-changes";
import { markdownOf } from "../../plan-review/markdown";
import { summaryOf } from "../../plan-review/summary";
import { captureFlowOf, KEY_ID } from "../support/capture-flow";
import { type Json, PLANS, planNames, planOf, planOfChange, readPlanFile, resourceChange } from "../support/plans";

// To write the comments again after a change of their wording: UPDATE_GOLDEN=1 npx jest __tests__/plan-review/summary
it.each(planNames)("the comment on the plan %s is the reviewed one", (name) => {
  const golden = join(PLANS, `${name}.golden.md`);
  const markdown = markdownOf(summaryOf(readPlanFile(name)));
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, markdown);
  expect(markdown).toBe(readFileSync(golden, "utf8"));
  expect(markdown.length).toBeLessThan(65_536);
});

it("shows prompts before and after, and key pairs by name", () => {
  expect(markdownOf(summaryOf(readPlanFile("prompt-changed")))).toMatch(
    /the prompt of `cardNumber-ask`: `<speak>Welcome\..*` → `<speak>Hello\./,
  );
  const switched = markdownOf(summaryOf(readPlanFile("rotation-switch")));
  expect(switched).toContain("`encrypts under`: `the key pair primary` → `the key pair 2027-05`");
  expect(switched).not.toContain("BEGIN CERTIFICATE");
});

it("shows the key that a flow prepares by the name of its key pair", () => {
  const other = "00000000-1111-4222-8333-444444444444";
  const before = JSON.stringify(captureFlowOf());
  const after = before.replaceAll(KEY_ID, other);
  const keyPairs = new Map([
    [KEY_ID, "old"],
    [other, "new"],
  ]);
  expect(flowChanges(JSON.parse(before), JSON.parse(after), keyPairs)[0]).toEqual({
    step: "prepare",
    kind: "changed",
    changes: [{ what: "prepares", before: "the key pair old", after: "the key pair new" }],
  });
});

it("shows only the name of a removed step, and keeps its details in the summary", () => {
  const flow = readPlanFile("field-added").resource_changes.find(({ type }) => type === "aws_connect_contact_flow");
  if (!flow) throw new Error("no flow");
  const { before, after } = flow.change;
  const summary = summaryOf(planOf([{ ...flow, change: { ...flow.change, before: after, after: before } }]));
  const lines = markdownOf(summary).split("\n");
  const removed = lines.indexOf("- step `securityCode-ask` removed");
  expect(removed).toBeGreaterThan(0);
  expect(lines[removed + 1]).toMatch(/^(- step .* removed)?$/);
  expect(summary.changes[0]?.steps.find(({ step }) => step === "securityCode-ask")?.changes).not.toEqual([]);
});

it("shows who is added to and removed from the subscribers of the alarms", () => {
  const values = { protocol: "email", endpoint: "ops@example.com" };
  const comment = (before: typeof values | null, after: typeof values | null, action: "create" | "delete") =>
    markdownOf(
      summaryOf(
        planOfChange("aws_sns_topic_subscription.monitoring_topic_subscriber", { before, after, actions: [action] }),
      ),
    );
  expect(comment(null, values, "create")).toContain("\n- `endpoint`: `ops@example.com`\n");
  expect(comment(values, null, "delete")).toContain("\n- `endpoint`: `ops@example.com` is removed\n");
});

const topicChange = (before: Record<string, unknown>, after: Record<string, unknown>, rest: object = {}) =>
  summaryOf(planOfChange("aws_sns_topic.monitoring_topic_DC51B990", { before, after, ...rest }));

it("prints no secret", () => {
  const secrets = {
    a: "-----BEGIN PRIVATE KEY-----\nMIIE",
    b: "4111 1111 1111 1111",
    c: "hunter2",
    d: "x".repeat(290),
  };
  const summary = topicChange({}, { ...secrets, d: `${secrets.d} 4111111111111111` }, { after_sensitive: { c: true } });
  for (const output of [JSON.stringify(summary), markdownOf(summary)]) {
    expect(output).not.toMatch(/MIIE|4111|hunter2/);
    expect(output).toContain("(sensitive)");
  }
});

it("escapes Markdown in a plan's values", () => {
  const text = "a\n</details>\n`` ``` @team # **b** ![x](http://x)";
  const markdown = markdownOf(topicChange({ name: "a" }, { name: text }));
  expect(markdown.match(/^<\/details>$/gm)).toHaveLength(1);
  expect(markdown).toContain("```` a </details> `` ``` @team # **b** ![x](http://x) ````");
});

it("truncates a comment to what GitHub accepts, and says so", () => {
  const { resource_changes } = readPlanFile("first-deployment");
  const many = Array.from({ length: 20 }, () => resource_changes).flat();
  const markdown = markdownOf(summaryOf(planOf(many)));
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/\*\*Truncated:\*\* \d+ more parts did not fit/);
});

describe("a value", () => {
  const KEY = "aws_kms_key.encryption-key_B3391E8B";
  const valuesOf = (before: object, after: object, rest: object = {}) =>
    summaryOf(planOfChange(KEY, { before: before as never, after: after as never, ...rest })).changes[0]?.values;

  it.each<[string, object, object, object[]]>([
    ["in an object", { a: { x: 1, y: 2 } }, { a: { x: 1, y: 3 } }, [{ what: "a.y", before: "2", after: "3" }]],
    ["in a list", { a: ["x"] }, { a: ["x", "y"] }, [{ what: "a.1", after: "y" }]],
    ["in JSON in a text", { a: '{"x":[1]}' }, { a: '{"x":[2]}' }, [{ what: "a.x.0", before: "1", after: "2" }]],
    ["in JSON in JSON", { a: '{"x":"[1]"}' }, { a: '{"x":"[2]"}' }, [{ what: "a.x.0", before: "1", after: "2" }]],
    ["that is removed", { a: "x" }, {}, [{ what: "a", before: "x" }]],
    ["that is false", { a: null }, { a: false }, [{ what: "a", after: "false" }]],
    [
      "of tags, which are shown once",
      { tags: { a: "1" }, tags_all: { a: "1" } },
      { tags: { a: "2" }, tags_all: { a: "2" } },
      [{ what: "tags.a", before: "1", after: "2" }],
    ],
    [
      "of all tags alone",
      { tags_all: { a: "1" } },
      { tags_all: { a: "2" } },
      [{ what: "tags_all.a", before: "1", after: "2" }],
    ],
  ])("%s is shown with its path", (_, before, after, values) => expect(valuesOf(before, after)).toEqual(values));

  it("that is unknown or sensitive is not shown", () => {
    expect(valuesOf({ a: 1 }, {}, { after_unknown: { a: true } })).toEqual([
      { what: "a", after: "(known after apply)" },
    ]);
    expect(valuesOf({ a: "s" }, { a: "t" }, { after_sensitive: { a: true } })).toEqual([
      { what: "a", before: "(sensitive)", after: "(sensitive)" },
    ]);
  });

  it("that is long is cut so that the difference remains", () => {
    const cut = (start: number, length: number) => {
      const text = (middle: string) => `${"x".repeat(start)}${middle}${"y".repeat(length)}`;
      const [value] = valuesOf({ a: text("1") }, { a: text("2") }) ?? [];
      return value;
    };
    expect(cut(100, 199)).toEqual({
      what: "a",
      before: `${"x".repeat(100)}1${"y".repeat(199)}`,
      after: `${"x".repeat(100)}2${"y".repeat(199)}`,
    });
    expect(cut(100, 200)?.after).toBe(`${"x".repeat(100)}2${"y".repeat(199)}…`);
    expect(cut(149, 200)?.after).toBe(`${"x".repeat(149)}2${"y".repeat(150)}…`);
    expect(cut(150, 200)?.after).toBe(`…${"x".repeat(100)}2${"y".repeat(199)}…`);
    expect(cut(1000, 10)?.before).toBe(`…${"x".repeat(100)}1${"y".repeat(10)}`);
  });

  it("is redacted before it is cut", () => {
    const [value] = valuesOf({ a: "x" }, { a: `${"x".repeat(290)} 4111111111111111` }) ?? [];
    expect(value?.after).toBe(`${"x".repeat(290)} •••••••••…`);
  });

  it("with more than 500,000 characters is one text", () => {
    const list = (length: number, last: number) => ({ a: [...Array(length).fill(1), last] });
    expect(valuesOf(list(249_998, 1), list(249_998, 2))).toEqual([{ what: "a.249998", before: "1", after: "2" }]);
    expect(valuesOf(list(250_000, 1), list(250_000, 2))?.map(({ what }) => what)).toEqual(["a"]);
    expect(valuesOf({ a: JSON.stringify(list(250_000, 1).a) }, { a: "x" })?.map(({ what }) => what)).toEqual(["a"]);
  });

  it("of a new resource is shown only if its name does not say enough", () => {
    const created = (address: string, after: Json) =>
      summaryOf(planOfChange(address, { before: null, after })).changes[0]?.values;
    expect(created(KEY, { description: "a" })).toEqual([]);
    expect(created("aws_kms_key.other", { description: "a" })).toEqual([{ what: "description", after: "a" }]);
    expect(
      created("aws_lambda_permission.decrypt-function_connect-may-invoke_742848F1", {
        principal: "p",
        source_account: "a",
        source_arn: "s",
        action: "x",
      }),
    ).toEqual([
      { what: "principal", after: "p" },
      { what: "source_account", after: "a" },
      { what: "source_arn", after: "s" },
    ]);
    const destroyed = summaryOf(planOfChange("aws_kms_key.other", { before: { description: "a" }, after: null }));
    expect(destroyed.changes[0]?.values).toEqual([]);
  });
});

it("cuts the text of a finding", () => {
  const [danger] = summaryOf(
    planOfChange("aws_lambda_function.decrypt-function_B286534F", {
      before: { handler: "a" },
      after: { handler: "x".repeat(5_000) },
    }),
  ).dangers;
  expect(danger?.text).toBe(`the function runs another handler: ${"x".repeat(2_965)}…`);
  const { notUnderstood } = summaryOf(
    planOfChange("aws_kms_key.encryption-key_B3391E8B", { before: {}, after: { o: "x".repeat(5_000) } }),
  );
  expect(notUnderstood[0]).toHaveLength(3_001);
});

it("cuts a statement that is longer than any of this project", () => {
  const statement = (length: number) => ({
    Sid: "A",
    Effect: "Allow",
    Principal: { AWS: "a" },
    Action: "x".repeat(length),
    Resource: "*",
  });
  const markdown = (length: number) =>
    markdownOf(
      summaryOf(
        planOfChange("aws_kms_key.encryption-key_B3391E8B", {
          before: { policy: "" },
          after: { policy: JSON.stringify({ Statement: statement(length) }) },
        }),
      ),
    );
  expect(markdown(3_000)).toContain(`"${"x".repeat(3_000)}", "Resource": "*"}\``);
  expect(markdown(4_000)).toMatch(/x{3900,}…`\n/);
});

it.each([
  ["aws_iam_role.a", true],
  ["aws_kms_alias.a", true],
  ["aws_lambda_permission.a", true],
  ["aws_lambda_function_url.a", true],
  ["aws_lambda_layer_version_permission.a", true],
  ["aws_sns_topic_policy.a", true],
  ["aws_lambda_function.a", false],
  ["aws_sns_topic.a", false],
  ["my_aws_iam_role.a", false],
])("%s is shown among IAM and KMS: %s", (address, access) => {
  const topic = resourceChange("aws_sns_topic.first", { before: {}, after: { a: 1 } });
  const { changes } = summaryOf(planOf([topic, resourceChange(address, { before: {}, after: { a: 1 } })]));
  expect(changes.find((change) => change.address === address)?.access).toBe(access);
  expect(changes.map((change) => change.address)).toEqual(
    access ? [address, "aws_sns_topic.first"] : ["aws_sns_topic.first", address],
  );
});

it.each([
  ["aws_kms_key.a", "policy"],
  ["aws_sns_topic.a", "policy"],
  ["aws_sns_topic_policy.a", "policy"],
  ["aws_iam_role_policy.a", "policy"],
  ["aws_iam_policy.a", "policy"],
  ["aws_iam_role.a", "assume_role_policy"],
])("the policy of %s is shown statement by statement", (address, argument) => {
  const policy = (...Statement: object[]) => ({ [argument]: JSON.stringify({ Version: "2012-10-17", Statement }) });
  const statement = { Sid: "A", Effect: "Allow", Action: "b" };
  const changeOf = (options: object) =>
    summaryOf(planOfChange(address, { before: policy(), after: policy(statement), ...options })).changes[0];
  expect(changeOf({})).toMatchObject({ statements: [{ kind: "added", statement: "A", after: statement }], values: [] });
  expect(changeOf({ after_sensitive: { [argument]: true } })).toMatchObject({
    statements: [],
    values: [{ what: argument, before: "(sensitive)", after: "(sensitive)" }],
  });
  expect(changeOf({ after: {}, after_unknown: { [argument]: true } })).toMatchObject({
    statements: [],
    values: [{ what: argument, after: "(known after apply)" }],
  });
  expect(changeOf({ after: { [argument]: "nothing" } })).toMatchObject({ statements: [], values: expect.anything() });
});
