import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flowChanges } from "../../plan-review/flow-changes";
import { markdownOf } from "../../plan-review/markdown";
import { summaryOf } from "../../plan-review/summary";
import { readPlan } from "../../plan-review/terraform-plan";
import { captureFlowOf, KEY_ID } from "../support/capture-flow";
import { PLANS, planNames, planOf, planOfChange, readPlanFile } from "../support/plans";
import { isInstalled, runCommand, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

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

(isInstalled("terraform", ["version"]) ? it : it.skip)("reads the output of the installed Terraform", () => {
  const env = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const terraform = (...args: string[]) => {
    const { code, stdout, stderr } = runCommand("terraform", args, { cwd: folder, env });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const input = { name: "${terraform_data.first.id}" };
  const resource = { terraform_data: { first: { input: "a" }, second: { input } } };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ resource }));
  terraform("init", "-no-color");
  terraform("plan", "-out=a.tfplan", "-no-color");
  expect(summaryOf(readPlan(terraform("show", "-json", "a.tfplan"), "the plan"))).toMatchObject({
    counts: { create: 2, update: 0, replace: 0, destroy: 0 },
    changes: [{ name: "terraform_data.first" }, { name: "terraform_data.second" }],
  });
});
