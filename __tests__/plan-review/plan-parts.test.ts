import { markdownOf } from "../../plan-review/markdown";
import { summaryOf } from "../../plan-review/summary";
import { headline } from "../../plan-review/wording";
import { type Json, planOf, resourceChange, reviewed } from "../support/plans";

const KEY = "aws_kms_key.encryption-key_B3391E8B";
const described = resourceChange(KEY, { before: { description: "a" }, after: { description: "b" } });
const unchanged = resourceChange(KEY, {
  before: { description: "a" },
  after: { description: "a" },
  actions: ["no-op"],
});
const notUnderstood = (parts: Json, changes: Json[] = []) => {
  const plan = planOf(changes, parts);
  expect(reviewed(plan).dangers).toEqual([]);
  expect(headline(summaryOf(plan))).not.toMatch(/Nothing to do|nothing dangerous/);
  return reviewed(plan).notUnderstood;
};

it("a complete plan has no other part", () => {
  const parts = {
    ...{ terraform_version: "1.11.4", variables: {}, planned_values: {}, prior_state: {}, relevant_attributes: [] },
    ...{
      timestamp: "2026-01-01T00:00:00Z",
      applyable: true,
      complete: true,
      errored: false,
      configuration: {},
      checks: [],
    },
  };
  expect(reviewed(planOf([described], parts))).toEqual({ dangers: [], notUnderstood: [] });
  expect(headline(summaryOf(planOf([], parts)))).toBe("Nothing to do: the deployment matches the configuration.");
});

it.each([[false], ["false"], [null], [0]])("complete: %j", (complete) => {
  expect(notUnderstood({ complete })).toEqual([
    "the plan is not complete: it was made with -target, or leaves changes for a later plan",
  ]);
});

it("a plan that cannot be applied", () => {
  const text = ["Terraform reports that the plan cannot be applied"];
  expect(notUnderstood({ applyable: false }, [described])).toEqual(text);
  expect(reviewed(planOf([unchanged], { applyable: false })).notUnderstood).toEqual([]);
});

it("deferred changes", () => {
  expect(
    notUnderstood({
      deferred_changes: [
        { reason: "provider_config_unknown", resource_change: described },
        { resource_change: described },
      ],
    }),
  ).toEqual([
    "the KMS key is left for a later plan (provider_config_unknown)",
    "the KMS key is left for a later plan (unknown reason)",
  ]);
});

it("parts that this review does not know", () => {
  expect(notUnderstood({ action_invocations: [] })).toEqual([
    "the plan has the part action_invocations, which this review does not know",
  ]);
});

it("moves and imports", () => {
  const moved = { ...unchanged, previous_address: "aws_kms_key.old" };
  expect(notUnderstood({}, [moved])).toEqual([`${KEY} is moved from aws_kms_key.old, which this project never does`]);
  expect(headline(summaryOf(planOf([moved])))).toBe(
    "1 moved; 1 of them IAM or KMS; no danger found, but 1 thing not understood.",
  );
  expect(notUnderstood({}, [{ ...described, previous_address: "aws_kms_key.old" }])).toHaveLength(1);
  expect(reviewed(planOf([{ ...unchanged, previous_address: KEY }])).notUnderstood).toEqual([]);
});

describe("checks", () => {
  const check = (status: string, ...messages: string[]) => ({
    checks: [
      {
        address: { to_display: "check.a" },
        status,
        ...(messages.length ? { instances: [{ problems: messages.map((message) => ({ message })) }, {}] } : {}),
      },
    ],
  });

  it.each([
    ["pass", [], [], []],
    ["fail", ["it is", "wrong"], ["check: the check check.a failed: it is: wrong"], []],
    ["fail", [], ["check: the check check.a failed"], []],
    ["error", [], ["check: the check check.a failed"], []],
    ["unknown", [], [], ["the check check.a has no result yet"]],
    ["other", [], [], ["the check check.a has no result yet"]],
  ])("%s %j", (status, messages, dangers, texts) => {
    const plan = planOf([], check(status, ...messages));
    expect(reviewed(plan)).toEqual({ dangers, notUnderstood: texts });
    expect(/Nothing to do/.test(headline(summaryOf(plan)))).toBe(status === "pass");
  });
});

describe("outputs", () => {
  const outputs = (name: string, change: Json) => summaryOf(planOf([], { output_changes: { [name]: change } }));

  it.each<[Json, Json[]]>([
    [{ actions: ["no-op"], before: "a", after: "a" }, []],
    [{ actions: ["create"], before: null, after: "a" }, [{ action: "create", after: "a" }]],
    [{ actions: ["update"], before: "a", after: "b" }, [{ action: "update", before: "a", after: "b" }]],
    [{ actions: ["delete"], before: { a: 1 }, after: null }, [{ action: "destroy", before: '{"a": 1}' }]],
    [
      { actions: ["update"], before: "a", after_unknown: true },
      [{ action: "update", before: "a", after: "(known after apply)" }],
    ],
    [
      { actions: ["update"], before: "a", after: {}, after_unknown: { b: true } },
      [{ action: "update", before: "a", after: "(known after apply)" }],
    ],
    [
      { actions: ["update"], before: "a", after: "b", after_unknown: false },
      [{ action: "update", before: "a", after: "b" }],
    ],
    [
      { actions: ["update"], before: "a", after: "b", before_sensitive: true },
      [{ action: "update", before: "(sensitive)", after: "(sensitive)" }],
    ],
    [
      { actions: ["update"], before: "a", after: "b", after_sensitive: { x: true } },
      [{ action: "update", before: "(sensitive)", after: "(sensitive)" }],
    ],
    [{ actions: ["create"], after: "4111 1111 1111 1111" }, [{ action: "create", after: "•••• •••• •••• ••••" }]],
    [{ actions: ["open"], after: false }, [{ action: "other", after: "false" }]],
  ])("%j", (change, expected) => {
    expect(outputs("function_name", change).outputs).toEqual(
      expected.map((output) => ({ name: "function_name", ...output })),
    );
  });

  it.each([
    ...[
      "instance_id",
      "encryption_key_arn",
      "function_name",
      "function_arn",
      "contact_flow_id",
      "contact_flow_module_id",
    ],
    ...["key_ids", "encrypt_with", "parameter_names", "certificate_expiry_dates", "alarm_topic_arn", "phone_number"],
  ])("%s is one of this project", (name) => {
    const summary = outputs(name, { actions: ["create"], after: "a" });
    expect(summary.notUnderstood).toEqual([]);
    expect(headline(summary)).toBe("1 output changed; nothing dangerous found.");
    expect(markdownOf(summary)).toContain(`\n- output \`${name}\`: \`a\`\n`);
  });

  it("of another name are not understood, unless they go", () => {
    expect(outputs("secret", { actions: ["create"], after: "a" }).notUnderstood).toEqual([
      "the output secret is not an output of this project",
    ]);
    expect(outputs("toString", { actions: ["update"], after: "a" }).notUnderstood).toHaveLength(1);
    expect(outputs("secret", { actions: ["no-op"], after: "a" }).notUnderstood).toEqual([]);
    expect(outputs("secret", { actions: ["delete"], before: "a" }).notUnderstood).toEqual([]);
  });
});

describe("drift", () => {
  const drifted = (change: Json, changes: Json[] = []) => summaryOf(planOf(changes, { resource_drift: [change] }));

  it("is shown apart from the changes", () => {
    const summary = drifted(
      resourceChange(KEY, {
        before: { description: "a", is_enabled: true },
        after: { description: "b", is_enabled: false },
      }),
    );
    expect(summary.changes).toEqual([]);
    expect(summary.drift).toEqual([
      {
        action: "update",
        name: "the KMS key",
        address: KEY,
        access: true,
        steps: [],
        statements: [],
        values: [
          { what: "description", before: "a", after: "b" },
          { what: "is_enabled", before: "true", after: "false" },
        ],
      },
    ]);
    expect(summary.dangers).toEqual([
      {
        kind: "key",
        text: "outside Terraform, the KMS key is disabled: what is encrypted under it cannot be decrypted",
      },
    ]);
    expect(headline(summary)).toBe("1 resource changed outside Terraform; 1 danger found.");
    expect(markdownOf(summary)).toContain("<summary>🔐 <b>outside Terraform: change</b> the KMS key</summary>");
  });

  it("of a harmless value is no danger, and something to do", () => {
    expect(headline(drifted(described))).toBe("1 resource changed outside Terraform; nothing dangerous found.");
    expect(headline(drifted(described, [described]))).toBe(
      "1 changed, 1 resource changed outside Terraform; 1 of them IAM or KMS; nothing dangerous found.",
    );
  });

  it("can be a resource that was deleted", () => {
    const summary = drifted(resourceChange(KEY, { before: {}, after: null }));
    expect(summary.drift.map(({ action }) => action)).toEqual(["destroy"]);
    expect(summary.dangers.map(({ text }) => text)).toEqual([
      "outside Terraform, the KMS key is destroyed: data that is encrypted under it can never be decrypted again",
    ]);
  });

  it("that is not understood is named", () => {
    expect(drifted(resourceChange(KEY, { before: { other: 1 }, after: { other: 2 } })).notUnderstood).toEqual([
      "outside Terraform, the KMS key has other = 2",
    ]);
  });

  it("is not an address that a moved block changes", () => {
    const summary = drifted({ ...unchanged, previous_address: "aws_kms_key.old" });
    expect(summary.drift).toEqual([]);
    expect(headline(summary)).toBe("Nothing to do: the deployment matches the configuration.");
  });
});

describe("the headline", () => {
  const twoKeys = [described, { ...described, address: `${KEY}2` }];
  const topic = resourceChange("aws_sns_topic.monitoring_topic_DC51B990", {
    before: { name: "a" },
    after: { name: "b" },
  });

  it.each<[string, Json[], Json, string]>([
    ["changes", [described, topic], {}, "2 changed; 1 of them IAM or KMS; nothing dangerous found."],
    ["no IAM", [topic], {}, "1 changed; none of them IAM or KMS; nothing dangerous found."],
    [
      "all actions",
      [
        resourceChange("aws_sns_topic.a", { before: null, after: {} }),
        described,
        resourceChange("aws_sns_topic.c", { before: {}, after: {}, actions: ["create", "delete"] }),
        resourceChange("aws_sns_topic.d", { before: {}, after: null }),
        resourceChange("aws_sns_topic.e", { before: {}, after: null, actions: ["forget"] }),
        resourceChange("aws_sns_topic.f", { before: {}, after: {}, actions: ["no-op"], importing: { id: "x" } }),
        { ...resourceChange("aws_sns_topic.g", { before: {}, after: {}, actions: ["no-op"] }), previous_address: "x" },
        { ...resourceChange("data.h", { before: null, after: {}, actions: ["read"] }), mode: "data" },
        resourceChange("aws_sns_topic.i", { before: {}, after: {}, actions: ["open"] }),
      ],
      {},
      "1 created, 1 changed, 1 replaced, 1 destroyed, 1 forgotten, 1 imported, 1 moved, 1 read, 1 with another action; 1 of them IAM or KMS; 4 dangers found, but 11 things not understood.",
    ],
    [
      "two outputs",
      [],
      { output_changes: { key_ids: { actions: ["create"] }, encrypt_with: { actions: ["create"] } } },
      "2 outputs changed; nothing dangerous found.",
    ],
    [
      "two drifted resources",
      [],
      { resource_drift: twoKeys },
      "2 resources changed outside Terraform; nothing dangerous found.",
    ],
    ["nothing that is understood", [], { complete: false }, "No change; no danger found, but 1 thing not understood."],
  ])("counts %s", (_, changes, parts, sentence) => expect(headline(summaryOf(planOf(changes, parts)))).toBe(sentence));
});
