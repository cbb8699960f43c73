import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { readEmbeddedMetrics } from "../../simulator/embedded-metrics";
import { FunctionProcess } from "../../simulator/function-process";
import { ParameterStore } from "../../simulator/parameter-store";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { play } from "../support/calls";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { DIGITS, grouped, leaksIn as secretsIn } from "../support/leaks";
import { copyOfProject, filesBelow, ivr, PROJECT_DIR, temporaryFolder } from "../support/project";
import { changeFunction, synthesizeWith, variantOf } from "../support/stack";

const SCRIPTS = [
  `${DIGITS[1]}# ${DIGITS[0]}# 1240# 739#`,
  `${DIGITS[2]}# 1240# 739# `,
  `${DIGITS[1]}# ${DIGITS[1]}# ${DIGITS[1]}#`,
  `${DIGITS[0]}5*${DIGITS[0]}# 1240# 7391# 73# 739#`,
] as const;

const folder = temporaryFolder();
let pair: KeyPair;
let stackDir: string;
let project: string;
beforeAll(async () => {
  project = copyOfProject(join(folder, "project"));
  pair = await smallKeyPair();
  stackDir = await synthesizeWith(folder, pair);
  writeKeyPair(join(project, ".ivr/keys/local"), pair);
}, 60_000);

const leaksIn = (text: string) => secretsIn(text, pair);

it("the search finds digits and keys", () => {
  expect(leaksIn(`{"a":"${DIGITS[0]}"}`)).not.toEqual([]);
  expect(leaksIn("4111 1111 1111 1111")).toEqual(["number 1 in form 2"]);
  expect(leaksIn(pair.privateKey)).toEqual(["the private key"]);
  expect(leaksIn(JSON.stringify(pair.privateKey))).toEqual(["the private key"]);
});

it("no event of a call contains entered digits or the private key", async () => {
  for (const script of SCRIPTS) expect(leaksIn(JSON.stringify((await play(stackDir, script)).events))).toEqual([]);
});

// JSON, and more mistyped commands: leaks.slow.ts
it("no output of the command contains them", () => {
  const { code, stdout, stderr } = ivr(["call", "--keys", SCRIPTS[0]], { cwd: project });
  expect([0, 3]).toContain(code);
  expect(stdout).not.toBe("");
  expect(leaksIn(stdout + stderr)).toEqual([]);
});

it.each([
  ["keys", ["call", "--keys", `${DIGITS[0]}x`]],
  ["command", [grouped(DIGITS[0], " ")]],
])("no error about a mistyped %s contains them", (_, mistake) => {
  const { code, stdout, stderr } = ivr(mistake, { cwd: project });
  expect(code).toBe(2);
  expect(stderr).not.toBe("");
  expect(leaksIn(stdout + stderr)).toEqual([]);
});

it("no file that cdktf writes contains the private key", () => {
  const leaking = filesBelow(stackDir).filter((file) => leaksIn(readFileSync(file, "latin1")).length > 0);
  expect(leaking).toEqual([]);
  expect(filesBelow(stackDir).length).toBeGreaterThan(1);
});

// A call's output is redacted, so this test reads what the function writes before that.
describe("the function's output before redaction", () => {
  it("contains only the allowed log fields, whatever the function receives", async () => {
    const stack = new SynthesizedStack(stackDir);
    const [deployed] = stack.functions;
    const [keyId] = stack.securityKeys.keys();
    if (!deployed || !keyId) throw new Error("nothing is deployed");
    const encrypt = (digits: string) =>
      encryptCustomerInput(new SensitiveDigits(digits), { keyId, publicKey: publicKeyOf(pair) });
    const tampered = Buffer.from(await encrypt(DIGITS[0]), "base64");
    tampered.writeUInt8(tampered.readUInt8(tampered.length - 150) ^ 1, tampered.length - 150);
    const inputs = [
      ...(await Promise.all(DIGITS.map(encrypt))),
      tampered.toString("base64"),
      // from flows without encryption
      ...DIGITS,
      `${DIGITS[0]}#`,
    ];

    const parameterStore = await ParameterStore.start(stack.parameters, deployed.role);
    const written: unknown[] = [];
    const running = new FunctionProcess({
      deployed,
      region: stack.region,
      ssmEndpoint: parameterStore.url,
      accessKeyId: parameterStore.accessKeyId,
      onLog: (entry) => written.push(entry),
    });
    try {
      for (const EncryptedCreditCard of inputs) {
        const event = { Details: { ContactData: { ContactId: "contact" }, Parameters: { EncryptedCreditCard } } };
        written.push(await running.invoke(event));
      }
      // invalid events with digits in wrong places
      for (const event of [
        DIGITS[0],
        { Details: DIGITS[0] },
        { Details: { ContactData: { ContactId: "c" }, Parameters: { EncryptedCreditCard: Number(DIGITS[0]) } } },
      ]) {
        written.push(await running.invoke(event));
      }
    } finally {
      running.stop();
      await parameterStore.stop();
    }
    expect(written.length).toBeGreaterThan(inputs.length * 2);
    expect(leaksIn(JSON.stringify(written))).toEqual([]);
    const allowed = [
      "level",
      "message",
      "timestamp",
      "service",
      "sampling_rate",
      "contactId",
      "keyIds",
      "operation",
      "field",
      "outcome",
      "errorCode",
      "milliseconds",
    ];
    // Lines with metrics have other fields. They are searched above, with everything else.
    const entries = written.filter(
      (entry) => typeof entry === "object" && "service" in (entry ?? {}) && !readEmbeddedMetrics(entry),
    );
    expect(entries.length).toBeGreaterThan(inputs.length);
    expect(entries.flatMap((entry) => Object.keys(entry as object)).filter((name) => !allowed.includes(name))).toEqual(
      [],
    );
  });
});

describe("a leaking function causes a note, and its digits appear as dots", () => {
  const [digits] = DIGITS;
  const accepted = '{ statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }';

  it.each([
    ["in a text", `console.log("got ${digits}"); return ${accepted};`, "logged"],
    ["alone on a line", `console.log("${digits}"); return ${accepted};`, "logged"],
    ["as a number in JSON", `console.log(JSON.stringify({ pan: ${digits} })); return ${accepted};`, "logged"],
    ["as a name in JSON", `console.log(JSON.stringify({ "${digits}": 1 })); return ${accepted};`, "logged"],
    ["in groups", `console.log("got ${grouped(digits, "-")}"); return ${accepted};`, "logged"],
    ["as bytes", `process.stdout.write(new TextEncoder().encode("${digits}\\n")); return ${accepted};`, "logged"],
    ["on stderr", `console.error("got ${digits}"); return ${accepted};`, "logged"],
    ["in an error", `throw new Error("bad ${digits}");`, "logged"],
    [
      "in its response",
      `return { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "${digits}" };`,
      "returned",
    ],
    ["in a name in its response", `return { "${digits}": 1 };`, "returned"],
  ])("%s", async (_, body, verb) => {
    const leaky = variantOf(stackDir, (stack, to) =>
      // Only in check: before the caller enters digits, there is nothing to hide.
      changeFunction(
        stack,
        to,
        `export const handler = ({ Details }) => { if (Details?.Parameters.operation === "check") { ${body} } };`,
      ),
    );
    const { events, notes } = await play(leaky, `${digits}#`);
    expect(leaksIn(JSON.stringify(events))).toEqual([]);
    expect(
      notes.some((note) => note.startsWith(`The function ${verb}`) && note.includes("more of the card number")),
    ).toBe(true);
  });
});

it("no test name contains a card number: test output shows names", () => {
  const named = filesBelow(join(PROJECT_DIR, "__tests__"))
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /\b(it|describe|test)(\.each)?\(.*\d{12,}/.test(readFileSync(file, "utf8")));
  expect(named).toEqual([]);
});
