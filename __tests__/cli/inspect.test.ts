import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encryptCustomerInput } from "../../encryption/encrypt";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { runIvr } from "../support/cli";
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

it.each([
  ["a file", [BLOG], ""],
  ["stdin", ["-"], `${base64}\n`],
  ["stdin, without an argument", [], base64],
  ["its base64", [base64], ""],
])("reads the blog post's ciphertext from %s", async (_, args, input) => {
  const { code, stdout, stderr } = await runIvr(["inspect", ...args, "--json"], { input });
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual(DESCRIPTION);
});

it("accepts a base64 that is too long for a file name", async () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let message = "";
  // About half of all messages have no slash in their first 255 characters.
  while (message === "" || message.slice(0, 256).includes("/")) {
    message = await encryptCustomerInput(new SensitiveDigits("4111111111111111"), {
      keyId: DESCRIPTION.keyId,
      publicKey,
    });
  }
  const { code, stdout, stderr } = await runIvr(["inspect", message, "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ bodyBytes: 16, wrappedKeyBytes: 256, signature: "valid" });
});

it("waits for a slow pipe, and reads a named pipe", () => {
  const command = `node --import tsx cli/ivr.ts inspect`;
  for (const line of [`(sleep 2; cat "${BLOG}") | ${command} --json`, `${command} --json <(cat "${BLOG}")`]) {
    const { code, stdout } = runCommand("bash", ["-c", line]);
    expect([line, code]).toEqual([line, 0]);
    expect(JSON.parse(stdout)).toEqual(DESCRIPTION);
  }
});

it("stops without an error message when nothing reads its output", () => {
  const pipeline = `node --import tsx cli/ivr.ts inspect "${BLOG}" | true; echo "code \${PIPESTATUS[0]}"`;
  expect(runCommand("bash", ["-c", pipeline])).toEqual({ code: 0, stdout: "code 1\n", stderr: "" });
});

it("prints a table", async () => {
  const { stdout } = await runIvr(["inspect", BLOG]);
  expect(stdout).toMatch(/^Key id +a25c35f8-8be6-4809-bb46-e9b96402264f$/m);
  expect(stdout).toMatch(/^Signature +valid$/m);
});

it("reports an invalid signature, and exits 1", () => {
  const message = Buffer.from(base64, "base64");
  message.writeUInt8(message.readUInt8(700) ^ 1, 700);
  const file = join(folder, "changed.bin");
  writeFileSync(file, message);
  const { code, stdout, stderr } = ivr(["inspect", file, "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ keyId: DESCRIPTION.keyId, signature: "invalid" });
  expect(stderr).toBe(`The signature of ${file} is invalid: the message was changed after Connect signed it.\n`);
});

it.each([
  ["a timeout", [], "Timeout", 'stdin is not an encrypted input of Amazon Connect: it is the plain text "Timeout"'],
  ["empty input", [], "", "stdin is not an encrypted input of Amazon Connect: it is empty."],
  [
    "half a message",
    [],
    base64.slice(0, 400),
    "stdin is not an encrypted input of Amazon Connect: it ends within its header.",
  ],
  ["a missing file", ["missing.txt"], "", "The argument (not a file name) is not an encrypted input"],
  ["another text", ["AAAA"], "", "The argument (not a file name) is not an encrypted input"],
])("rejects %s in one sentence", async (_, args, input, sentence) => {
  const { code, stdout, stderr } = await runIvr(["inspect", ...args], { input });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
