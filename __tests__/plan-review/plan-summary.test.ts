import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../plan-review/digest";
import { flowChanges } from "../../plan-review/flow-changes";
import { markdownOf } from "../../plan-review/markdown";
import { summaryOf } from "../../plan-review/summary";
import { readPlan, type TerraformPlan } from "../../plan-review/terraform-plan";
import { captureFlowOf, KEY_ID } from "../support/capture-flow";
import { isInstalled, ivr, PROJECT_DIR, runCommand, temporaryFolder } from "../support/project";

const PLANS = join(PROJECT_DIR, "__tests__/fixtures/plans");
const fileOf = (name: string) => join(PLANS, `${name}.golden.json`);
const planOf = (name: string) => readPlan(readFileSync(fileOf(name), "utf8"), name);
const names = readdirSync(PLANS)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(".golden.json", ""));
const cwd = temporaryFolder();

// Plans that Terraform 1.11 made of this project's stacks. To write the comments anew: UPDATE_GOLDEN=1.
it.each(names)("the comment on %s is as it was reviewed", (name) => {
  const golden = join(PLANS, `${name}.golden.md`);
  const markdown = markdownOf(summaryOf(planOf(name)));
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, markdown);
  expect(markdown).toBe(readFileSync(golden, "utf8"));
  expect(markdown.length).toBeLessThan(65_536);
});

it.each([
  ["first-deployment", []],
  ["nothing-to-do", []],
  ["prompt-changed", []],
  ["field-added", []],
  ["rotation-add", []],
  ["rotation-switch", []],
  ["rotation-remove", []],
  ["bad-key", ["key"]],
  ["bad-kms", ["key"]],
  ["bad-flow", ["calls"]],
  ["bad-open", ["access"]],
  ["bad-off", ["encryption"]],
  ["bad-cards", ["cards"]],
])("%s warns of %j", (name, kinds) => {
  expect([...new Set(summaryOf(planOf(name)).dangers.map(({ kind }) => kind))]).toEqual(kinds);
});

describe("where cards go", () => {
  /** The plan that changes the payment endpoint's address, with other variables of the function. */
  const plan = (edit: (change: { before: Variables; after: Variables; unknown: Variables }) => void) => {
    const edited = planOf("bad-cards");
    for (const { type, change } of edited.resource_changes ?? []) {
      if (type !== "aws_lambda_function") continue;
      const variablesOf = (values: unknown) => (values as { environment: { variables: Variables }[] }).environment[0];
      change.after_unknown = { environment: [{ variables: {} }] };
      const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(variablesOf);
      if (before && after && unknown) {
        edit({ before: before.variables, after: after.variables, unknown: unknown.variables });
      }
    }
    return summaryOf(edited).dangers.map(({ kind, text }) => `${kind}: ${text}`);
  };
  type Variables = Record<string, unknown>;
  const turnOff = (variables: Variables) => {
    for (const name of Object.keys(variables)) if (name.startsWith("PAYMENT_")) delete variables[name];
  };
  const later = ["cards: the function gives them in clear to an address that is known only after the apply"];

  it.each<[string, string[], Parameters<typeof plan>[0]]>([
    [
      "to another host",
      [
        "cards: the function gives them in clear to https://payments.example.net/tokens, no longer to https://payments.example.com/tokens",
      ],
      () => {},
    ],
    [
      "to another path",
      [
        "cards: the function gives them in clear to https://payments.example.com/t, no longer to https://payments.example.com/tokens",
      ],
      ({ after }) => Object.assign(after, { PAYMENT_URL: "https://payments.example.com/t" }),
    ],
    [
      "to somebody for the first time",
      [
        "cards: the function gives them in clear to https://payments.example.net/tokens, and gave them to nobody before",
      ],
      ({ before }) => turnOff(before),
    ],
    ["to an address of the apply's", later, ({ unknown }) => Object.assign(unknown, { PAYMENT_URL: true })],
    ["by a connector of the apply's", later, ({ unknown }) => Object.assign(unknown, { PAYMENT_CONNECTOR: true })],
    ["to nobody any more", [], ({ after }) => turnOff(after)],
    ["to whom they went before", [], ({ before, after }) => Object.assign(after, before)],
    [
      "where they went, as another variable changes",
      [],
      ({ before, after }) => Object.assign(after, before, { STAGE: "other" }),
    ],
    [
      "where they went, as another variable is the apply's",
      [],
      ({ before, after, unknown }) => {
        Object.assign(after, before);
        unknown.PAYMENT_SECRET_PARAMETER = true;
      },
    ],
  ])("%s", (_, dangers, edit) => expect(plan(edit)).toEqual(dangers));

  it("by a function whose variables are all the apply's, or sensitive", () => {
    const edited = (rest: object) => {
      const { resource_changes = [] } = planOf("bad-cards");
      const functions = resource_changes.filter(({ type }) => type === "aws_lambda_function");
      for (const { change } of functions) Object.assign(change, rest);
      return summaryOf({ resource_changes: functions }).dangers.map(({ kind, text }) => `${kind}: ${text}`);
    };
    expect(edited({ after_unknown: { environment: [{ variables: true }] } })).toEqual(later);
    expect(edited({ after_unknown: { environment: true } })).toEqual(later);
    expect(edited({ actions: ["create"], before: null })).toHaveLength(1);
    const [told] = edited({ after_sensitive: { environment: [{ variables: { PAYMENT_URL: true } }] } });
    expect(told).toMatch(/^cards: .* sensitive$/);
  });
});

it("tells of prompts before and after, and of keys by their key pairs", () => {
  expect(markdownOf(summaryOf(planOf("prompt-changed")))).toMatch(
    /the flow's prompt for `cardNumber-ask`: `<speak>Welcome\..*` → `<speak>Hello\./,
  );
  const switched = markdownOf(summaryOf(planOf("rotation-switch")));
  expect(switched).toContain("`encrypts under`: `the key pair primary` → `the key pair 2027-05`");
  expect(switched).not.toContain("BEGIN CERTIFICATE");
});

it("tells which key the flow has fetched, by its key pair", () => {
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

/** A change of one argument of something. */
const change = (before: object, after: object, rest: object = {}): TerraformPlan =>
  readPlan(
    JSON.stringify({
      format_version: "1.2",
      resource_changes: [
        {
          ...{ address: "aws_sns_topic.monitoring_topic_DC51B990", mode: "managed", type: "aws_sns_topic" },
          name: "monitoring_topic_DC51B990",
          change: { actions: ["update"], before, after, after_unknown: {}, ...rest },
        },
      ],
    }),
    "the test's plan",
  );

it("tells of a step that is removed no more than that", () => {
  const { resource_changes = [] } = planOf("field-added");
  const flow = resource_changes.find(({ type }) => type === "aws_connect_contact_flow");
  if (!flow) throw new Error("no flow");
  const { before, after } = flow.change;
  const summary = summaryOf({
    resource_changes: [{ ...flow, change: { ...flow.change, before: after, after: before } }],
  });
  const lines = markdownOf(summary).split("\n");
  const removed = lines.indexOf("- step `securityCode-ask` removed");
  expect(lines[removed + 1]).toMatch(/^(- step .* removed)?$/);
  // The digest knows what it was all the same.
  expect(summary.changes[0]?.steps.find(({ step }) => step === "securityCode-ask")?.changes).not.toEqual([]);
});

it("tells who is to get the alarms, or no longer", () => {
  const values = { protocol: "email", endpoint: "ops@example.com" };
  const subscriber = (before: object | null, after: object | null, action: "create" | "delete") =>
    summaryOf({
      resource_changes: [
        {
          address: "aws_sns_topic_subscription.monitoring_topic_subscriber",
          mode: "managed",
          type: "aws_sns_topic_subscription",
          name: "monitoring_topic_subscriber",
          change: {
            actions: [action],
            before: before && { ...before },
            after: after && { ...after },
            after_unknown: {},
          },
        },
      ],
    });
  expect(markdownOf(subscriber(null, values, "create"))).toContain("\n- `endpoint`: `ops@example.com`\n");
  expect(markdownOf(subscriber(values, null, "delete"))).toContain("\n- `endpoint`: `ops@example.com` is gone\n");
});

it("prints nothing secret", () => {
  const secrets = {
    a: "-----BEGIN PRIVATE KEY-----\nMIIE",
    b: "4111 1111 1111 1111",
    c: "hunter2",
    d: "x".repeat(290),
  };
  const plan = change({}, { ...secrets, d: `${secrets.d} 4111111111111111` }, { after_sensitive: { c: true } });
  for (const told of [JSON.stringify(summaryOf(plan)), markdownOf(summaryOf(plan))]) {
    expect(told).not.toMatch(/MIIE|4111|hunter2/);
    expect(told).toContain("(sensitive)");
  }
});

it("keeps what a plan says from being Markdown", () => {
  const text = "a\n</details>\n`` ``` @team # **b** ![x](http://x)";
  const markdown = markdownOf(summaryOf(change({ name: "a" }, { name: text })));
  expect(markdown.match(/^<\/details>$/gm)).toHaveLength(1);
  expect(markdown).toContain("```` a </details> `` ``` @team # **b** ![x](http://x) ````");
});

it("stays below what GitHub takes, and says what it left out", () => {
  const plan = planOf("first-deployment");
  const many = Array.from({ length: 20 }, () => plan.resource_changes ?? []).flat();
  const markdown = markdownOf(summaryOf({ resource_changes: many }));
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/\*\*Cut here:\*\* \d+ parts more did not fit/);
});

it("has a digest that only the same plan has", () => {
  expect(digestOf(summaryOf(planOf("bad-kms")))).toBe(digestOf(summaryOf(planOf("bad-kms"))));
  expect(new Set(names.map((name) => digestOf(summaryOf(planOf(name))))).size).toBe(names.length);
});

it("is text of 80 columns where it is asked for", () => {
  const { code, stdout } = ivr(["plan-summary", fileOf("field-added"), "--text"]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^\d+ changed; /);
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it.each([
  ["no JSON, 4111111111111111", "the file is not JSON"],
  ["[]", "the file is no plan of Terraform's"],
  ['{"format_version":"1.2","resource_changes":[{}]}', "the file has resource_changes that cannot be read"],
  ['{"format_version":"1.2","errored":true}', "the file is of a plan that failed"],
])("refuses %s", (text, sentence) => {
  expect(() => readPlan(text, "the file")).toThrow(sentence);
});

it.each([
  ["cli", "cli is a folder"],
  ["nowhere.json", "nowhere.json cannot be read (ENOENT)"],
])("says of %s in a sentence that it is no file", (name, what) => {
  expect(ivr(["plan-summary", name])).toEqual({
    code: 1,
    stdout: "",
    stderr: `${what}: name a file with what "terraform show -json PLAN" prints.\n`,
  });
});

it("is a command, also for stdin", () => {
  const input = readFileSync(fileOf("bad-kms"), "utf8");
  const { code, stdout, stderr } = ivr(["plan-summary", "-", "--json"], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { digest, ...summary } = JSON.parse(stdout);
  expect(summary).toEqual(JSON.parse(JSON.stringify(summaryOf(planOf("bad-kms")))));
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

(isInstalled("terraform", ["version"]) ? it : it.skip)("reads what the installed Terraform prints", () => {
  const env = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const terraform = (...args: string[]) => {
    const { code, stdout, stderr } = runCommand("terraform", args, { cwd, env });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const input = { name: "${terraform_data.first.id}" };
  const resource = { terraform_data: { first: { input: "a" }, second: { input } } };
  writeFileSync(join(cwd, "main.tf.json"), JSON.stringify({ resource }));
  terraform("init", "-no-color");
  terraform("plan", "-out=a.tfplan", "-no-color");
  expect(summaryOf(readPlan(terraform("show", "-json", "a.tfplan"), "the plan"))).toMatchObject({
    counts: { create: 2, update: 0, replace: 0, destroy: 0 },
    changes: [{ name: "terraform_data.first" }, { name: "terraform_data.second" }],
  });
});
