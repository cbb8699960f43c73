import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encryptCustomerInput } from "../../encryption/encrypt";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { ivr, PROJECT_DIR, runCommand, temporaryFolder } from "../support/project";

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

it("takes a base64 that is too long for the name of a file", async () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let message = "";
  // no slash in its first 255 characters, as in about half of all messages
  while (message === "" || message.slice(0, 256).includes("/")) {
    message = await encryptCustomerInput(new SensitiveDigits("4111111111111111"), {
      keyId: DESCRIPTION.keyId,
      publicKey,
    });
  }
  const { code, stdout, stderr } = ivr(["inspect", message, "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ bodyBytes: 16, wrappedKeyBytes: 256, signature: "valid" });
});

it("waits for a slow pipe, and reads a named one", () => {
  const command = `node --import tsx cli/ivr.ts inspect`;
  for (const line of [`(sleep 2; cat "${BLOG}") | ${command} --json`, `${command} --json <(cat "${BLOG}")`]) {
    const { code, stdout } = runCommand("bash", ["-c", line]);
    expect([line, code]).toEqual([line, 0]);
    expect(JSON.parse(stdout)).toEqual(DESCRIPTION);
  }
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
    "stdin is not an encrypted input of Amazon Connect's: it is empty.",
    () => ivr(["inspect"], { input: "" }),
  ],
  [
    "half",
    "stdin is not an encrypted input of Amazon Connect's: it ends within its header.",
    () => ivr(["inspect"], { input: base64.slice(0, 400) }),
  ],
  [
    "a missing file",
    "The argument (not the name of a file) is not an encrypted input",
    () => ivr(["inspect", "missing.txt"]),
  ],
  ["another text", "The argument (not the name of a file) is not an encrypted input", () => ivr(["inspect", "AAAA"])],
])("refuses %s in one sentence", (_, sentence, run) => {
  const { code, stdout, stderr } = run();
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
