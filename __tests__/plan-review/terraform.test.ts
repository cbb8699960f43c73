import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../plan-review/digest";
import { summaryOf } from "../../plan-review/summary";
import { readPlan } from "../../plan-review/terraform-plan";
import { headline } from "../../plan-review/wording";
import { reviewed } from "../support/plans";
import { isInstalled, temporaryFolder, terraform } from "../support/project";

const folder = temporaryFolder();

function run(...args: string[]): string {
  const { code, stdout, stderr } = terraform(folder, args);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

const configure = (configuration: object) => writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));

function plan(...args: string[]): string {
  run("plan", "-out=a.tfplan", ...args);
  return run("show", "-json", "a.tfplan");
}

(isInstalled("terraform", ["version"]) ? describe : describe.skip)("a plan of the installed Terraform", () => {
  const FIRST = {
    resource: {
      terraform_data: {
        first: { input: "a", provisioner: [{ "local-exec": { command: "echo hello" } }] },
        second: { input: "${sensitive(terraform_data.first.id)}" },
      },
    },
    output: { key_ids: { value: "${terraform_data.first.id}" } },
    check: { name: { assert: { condition: "${terraform_data.first.input == 1}", error_message: "it is wrong" } } },
  };
  const foreign = (name: string) => `terraform_data.${name} is not a resource that this project creates`;

  beforeAll(() => {
    configure(FIRST);
    run("init");
  });

  it("that creates resources", () => {
    const text = plan();
    const read = readPlan(text, "the plan");
    expect(summaryOf(read)).toMatchObject({
      counts: { create: 2, update: 0, replace: 0, destroy: 0 },
      changes: [{ name: "terraform_data.first" }, { name: "terraform_data.second" }],
      outputs: [{ action: "create", name: "key_ids", after: "(known after apply)" }],
      drift: [],
    });
    expect(reviewed(read)).toEqual({
      dangers: [
        "code: terraform_data.first runs the provisioner local-exec: echo hello",
        "check: the check check.name failed: it is wrong",
      ],
      notUnderstood: [foreign("first"), foreign("second")],
    });
    expect(digestOf(readPlan(plan(), "the plan"))).toBe(digestOf(read));
  });

  it("that was made with -target", () => {
    expect(
      reviewed(readPlan(plan("-target=terraform_data.second", "-refresh=false"), "the plan")).notUnderstood,
    ).toContain("the plan is not complete: it was made with -target, or leaves changes for a later plan");
  });

  it("that moves, forgets, imports, and changes an output", () => {
    run("apply", "-auto-approve");
    configure({
      resource: { terraform_data: { other: FIRST.resource.terraform_data.first, third: {} } },
      moved: [{ from: "terraform_data.first", to: "terraform_data.other" }],
      removed: [{ from: "terraform_data.second", lifecycle: [{ destroy: false }] }],
      import: [{ to: "terraform_data.third", id: "an-id" }],
    });
    const read = readPlan(plan(), "the plan");
    expect(headline(summaryOf(read))).toMatch(
      /^1 forgotten, 1 imported, 1 moved, 1 output changed; none of them IAM or KMS; /,
    );
    expect(reviewed(read).notUnderstood).toEqual([
      foreign("other"),
      "terraform_data.second is forgotten: it stays in AWS, and Terraform no longer manages it",
      foreign("second"),
      foreign("third"),
      "terraform_data.other is moved from terraform_data.first, which this project never does",
      "terraform_data.third is imported, which this project never does",
    ]);
  });

  it("that only reads the state again, or has nothing to do", () => {
    run("apply", "-auto-approve");
    for (const args of [["-refresh-only"], []]) {
      expect(headline(summaryOf(readPlan(plan(...args), "the plan")))).toMatch(/^No change; |^Nothing to do/);
    }
  });

  it("is not a state, a validation or a log", () => {
    const read = (text: string) => () => readPlan(text, "it");
    expect(read(run("show", "-json"))).toThrow("it is a Terraform state, not a plan.");
    expect(read(run("validate", "-json"))).toThrow('it is the output of "terraform validate", not a plan.');
    expect(read(run("plan", "-json"))).toThrow('it is the log of "terraform plan -json", not a plan.');
  });
});
