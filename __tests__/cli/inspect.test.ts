import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ivr, PROJECT_DIR, temporaryFolder } from "../support/project";

const BLOG = join(PROJECT_DIR, "__tests__/fixtures/aws-blog-ciphertext.b64");
const base64 = readFileSync(BLOG, "utf8").trim();
const folder = temporaryFolder();

const DESCRIPTION = {
  version: 1,
  suite: "0x0378",
  suiteName: "ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",
  provider: "AmazonConnect",
  keyId: "a25c35f8-8be6-4809-bb46-e9b96402264f",
  wrappedKeyBytes: 512,
  bodyBytes: 10,
  signature: "valid",
};

it.each<[string, () => ReturnType<typeof ivr>]>([
  ["a file", () => ivr(["inspect", BLOG, "--json"])],
  ["stdin", () => ivr(["inspect", "-", "--json"], { input: `${base64}\n` })],
  ["stdin, with no argument", () => ivr(["inspect", "--json"], { input: base64 })],
  ["its base64", () => ivr(["inspect", base64, "--json"])],
])("reads the blog's ciphertext from %s", (_, run) => {
  const { code, stdout, stderr } = run();
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual(DESCRIPTION);
});

it("describes it for a person", () => {
  const { stdout } = ivr(["inspect", BLOG]);
  expect(stdout).toMatch(/^Key id +a25c35f8-8be6-4809-bb46-e9b96402264f$/m);
  expect(stdout).toMatch(/^Signature +valid$/m);
});

it("tells a failing signature, and exits 1", () => {
  const message = Buffer.from(base64, "base64");
  message.writeUInt8(message.readUInt8(700) ^ 1, 700);
  const file = join(folder, "changed.bin");
  writeFileSync(file, message);
  const { code, stdout, stderr } = ivr(["inspect", file, "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ keyId: DESCRIPTION.keyId, signature: "invalid" });
  expect(stderr).toBe(`${file} is not as Connect signed it: its signature does not verify.\n`);
});

it.each<[string, string, () => ReturnType<typeof ivr>]>([
  [
    "Timeout",
    'stdin is not an encrypted input of Amazon Connect\'s: it is the plain text "Timeout"',
    () => ivr(["inspect", "-"], { input: "Timeout" }),
  ],
  [
    "nothing",
    "stdin is not an encrypted input of Amazon Connect's: it is not base64.",
    () => ivr(["inspect"], { input: "" }),
  ],
  [
    "half",
    "stdin is not an encrypted input of Amazon Connect's: it ends within its header.",
    () => ivr(["inspect"], { input: base64.slice(0, 400) }),
  ],
  [
    "a missing file",
    "The argument (no file has this name) is not an encrypted input",
    () => ivr(["inspect", "missing.txt"]),
  ],
  ["another text", "The argument (no file has this name) is not an encrypted input", () => ivr(["inspect", "AAAA"])],
])("refuses %s in one sentence", (_, sentence, run) => {
  const { code, stdout, stderr } = run();
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
