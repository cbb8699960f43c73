import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../plan-review/digest";
import { summaryOf } from "../../plan-review/summary";
import { MAX_PLAN_BYTES } from "../../plan-review/terraform-plan";
import { runIvr } from "../support/cli";
import { planFile, readPlanFile } from "../support/plans";
import { ivr, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

it("reads stdin and prints JSON", () => {
  const input = readFileSync(planFile("bad-kms"), "utf8");
  const { code, stdout, stderr } = ivr(["plan-summary", "-", "--json"], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const plan = readPlanFile("bad-kms");
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify({ digest: digestOf(plan), ...summaryOf(plan) })));
});

it("prints text in 80 columns with --text", async () => {
  const { code, stdout } = await runIvr(["plan-summary", planFile("field-added"), "--text"]);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^\d+ changed; /);
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

it("prints dangers, what is not understood, changes, outputs and drift as text", async () => {
  const file = join(folder, "all.json");
  const change = (is_enabled: boolean, other: number) => ({
    address: "aws_kms_key.encryption-key_B3391E8B",
    mode: "managed",
    type: "aws_kms_key",
    name: "encryption-key_B3391E8B",
    change: { actions: ["update"], before: { is_enabled: true, other: 1 }, after: { is_enabled, other } },
  });
  const plan = {
    format_version: "1.2",
    resource_changes: [change(false, 2)],
    resource_drift: [change(true, 3)],
    output_changes: { key_ids: { actions: ["create"], after: { a: "\u001b" } } },
  };
  writeFileSync(file, JSON.stringify(plan));
  const { stdout } = await runIvr(["plan-summary", file, "--text"]);
  expect(stdout.split("\n")).toEqual([
    "1 changed, 1 output changed, 1 resource changed outside Terraform; 1 of them IAM",
    "or KMS; 1 danger found, but 2 things not understood.",
    "! could lose a key: the KMS key is disabled: what is encrypted under it cannot",
    "  be decrypted",
    "? not understood: the KMS key has other = 2",
    "? not understood: outside Terraform, the KMS key has other = 3",
    "change the KMS key (IAM or KMS)",
    "    is_enabled: true → false",
    "    other: 1 → 2",
    'output key_ids: {"a": "\\u001b"}',
    "outside Terraform: change the KMS key (IAM or KMS)",
    "    other: 1 → 3",
    "",
  ]);
});

it("prints Markdown into a file or a pipe", async () => {
  const { code, stdout } = await runIvr(["plan-summary", planFile("bad-kms")]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `${readFileSync(planFile("bad-kms").replace(/json$/, "md"), "utf8").trimEnd()}\n`,
  });
});

it("prints JSON without characters that control a terminal", async () => {
  const file = join(folder, "control.json");
  const change = { actions: ["create"], before: null, after: "\u009b2J\u202e\u200b" };
  writeFileSync(file, JSON.stringify({ format_version: "1.2", resource_changes: [], output_changes: { a: change } }));
  const { stdout } = await runIvr(["plan-summary", file, "--json"]);
  expect(stdout).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(stdout).outputs).toEqual([{ action: "create", name: "a", after: "\u009b2J\u202e\u200b" }]);
});

const text = '{"format_version":"1.2","resource_changes":[]}';
const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
it.each([
  ["UTF-8 with a byte order mark", readFileSync(planFile("cases/6-bom"))],
  ["UTF-16, little endian", utf16],
  ["UTF-16, big endian", Buffer.from(utf16).swap16()],
])("reads %s, as PowerShell writes it", async (_, bytes) => {
  const file = join(folder, "bom.json");
  writeFileSync(file, bytes);
  expect(await runIvr(["plan-summary", file, "--text"])).toEqual({
    code: 0,
    stdout: "Nothing to do: the deployment matches the configuration.\n",
    stderr: "",
  });
});

const nested = join(folder, "nested.json");
const binary = join(folder, "binary.tfplan");
const other = join(folder, "latin1.json");
writeFileSync(nested, `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
writeFileSync(binary, "PK\u0003\u0004x");
writeFileSync(other, Buffer.from([0x7b, 0xe9, 0x7d]));
it.each([
  ["cli", "cli is a folder"],
  ["missing.json", "missing.json cannot be read (ENOENT)"],
  [binary, `${binary} is Terraform's own plan file, not JSON`],
  [other, `${other} is not text in UTF-8 or UTF-16`],
])("reports in one sentence that %s cannot be read", async (name, problem) => {
  expect(await runIvr(["plan-summary", name])).toEqual({
    code: 1,
    stdout: "",
    stderr: `${problem}. Name a file with the output of "terraform show -json PLAN".\n`,
  });
});

it.each([
  ["1-state", "is a Terraform state, not a plan."],
  ["2-validate", 'is the output of "terraform validate", not a plan.'],
])("rejects the public bug report %s", async (name, sentence) => {
  const { code, stdout, stderr } = await runIvr(["plan-summary", planFile(`cases/${name}`), "--text"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(`${planFile(`cases/${name}`)} ${sentence} Use the output of "terraform show -json PLAN".\n`);
});

it("reports in one sentence that a plan is nested too deep", async () => {
  const { code, stderr } = await runIvr(["plan-summary", nested]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^\S+ is nested more than 100 levels deep, .*\n$/),
  });
});

it("reads no more of a large plan than it accepts, from a file or from a device without an end", async () => {
  const file = join(folder, "large.json");
  writeFileSync(file, Buffer.alloc(MAX_PLAN_BYTES + 1, 0x20));
  const sentence = 'is larger than 8 MB. Name a file with the output of "terraform show -json PLAN".\n';
  expect(await runIvr(["plan-summary", file])).toEqual({ code: 1, stdout: "", stderr: `${file} ${sentence}` });
  expect(await runIvr(["plan-summary", "/dev/zero"])).toEqual({ code: 1, stdout: "", stderr: `/dev/zero ${sentence}` });
});
