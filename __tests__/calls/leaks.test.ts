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
import { copyOfProject, filesBelow, ivr, PROJECT_DIR, temporaryFolder } from "../support/project";
import { changeFunction, synthesizeWith, variantOf } from "../support/stack";

const DIGITS = ["4111111111111111", "4111111111111112", "5555555555554444"];
const SCRIPTS = [
  `${DIGITS[1]}# ${DIGITS[0]}# 1240# 739#`,
  `${DIGITS[2]}# 1240# 739# `,
  `${DIGITS[1]}# ${DIGITS[1]}# ${DIGITS[1]}#`,
  `${DIGITS[0]}5*${DIGITS[0]}# 1240# 7391# 73# 739#`,
];

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

/** Names what a text holds of the secrets, without quoting it: test output is output, too. */
function leaksIn(text: string): string[] {
  const digits = DIGITS.flatMap((number, index) => {
    const forms = [
      number,
      number.replace(/(.{4})(?=.)/g, "$1 "),
      number.replace(/(.{4})(?=.)/g, "$1-"),
      number.slice(0, 12),
      number.slice(4),
      [...number].reverse().join(""),
      Buffer.from(number).toString("base64").slice(0, 20),
      Buffer.from(number).toString("hex"),
      [...number].map((digit) => digit.charCodeAt(0)).join(","),
      [...number].join(","),
    ];
    return forms.flatMap((form, at) => (text.includes(form) ? [`number ${index + 1} in form ${at + 1}`] : []));
  });
  const lines = pair.privateKey.split("\n").filter((line) => line.length >= 32 && !line.includes("-----"));
  const body = lines.join("");
  const key = [...lines, body.slice(40, 90)].some((line) => text.includes(line));
  return [...digits, ...(key || /PRIVATE KEY-----/.test(text) ? ["the private key"] : [])];
}

it("finds what it looks for", () => {
  expect(leaksIn(`{"a":"${DIGITS[0]}"}`)).not.toEqual([]);
  expect(leaksIn("4111 1111 1111 1111")).toEqual(["number 1 in form 2"]);
  expect(leaksIn(pair.privateKey)).toEqual(["the private key"]);
  expect(leaksIn(JSON.stringify(pair.privateKey))).toEqual(["the private key"]);
});

it("no event of a call holds a digit that was typed, nor the private key", async () => {
  for (const script of SCRIPTS) expect(leaksIn(JSON.stringify((await play(stackDir, script)).events))).toEqual([]);
});

it("no output of the command does, in text or JSON, on stdout or stderr", () => {
  for (const form of [[], ["--json"]]) {
    const { code, stdout, stderr } = ivr(["call", "--keys", SCRIPTS[0] as string, ...form], { cwd: project });
    expect([0, 3]).toContain(code);
    expect(stdout).not.toBe("");
    expect(leaksIn(stdout + stderr)).toEqual([]);
  }
});

it("no answer to a mistyped command does", () => {
  const mistakes = [
    ["call", DIGITS[0]],
    ["call", `--${DIGITS[0]}`],
    ["call", "--keys", `${DIGITS[0]}x`],
    ["keys", "create", DIGITS[0]],
    ["keys", "create", "--days", DIGITS[0]],
    ["inspect", DIGITS[0]],
    [DIGITS[0]],
    [(DIGITS[0] as string).replace(/(.{4})(?=.)/g, "$1 ")],
    ["keys", "create", (DIGITS[0] as string).replace(/(.{4})(?=.)/g, "$1-")],
  ] as string[][];
  for (const mistake of mistakes) {
    const { code, stdout, stderr } = ivr(mistake, { cwd: project });
    expect([1, 2]).toContain(code);
    expect(stderr).not.toBe("");
    expect(leaksIn(stdout + stderr)).toEqual([]);
  }
});

it("no file that cdktf writes holds the private key", () => {
  const leaking = filesBelow(stackDir).filter((file) => leaksIn(readFileSync(file, "latin1")).length > 0);
  expect(leaking).toEqual([]);
  expect(filesBelow(stackDir).length).toBeGreaterThan(1);
});

// The call's own output is redacted, so what the function writes is looked at before that.
describe("the function itself, unredacted", () => {
  it("logs and answers nothing but what it should, whatever happens", async () => {
    const stack = new SynthesizedStack(stackDir);
    const [deployed] = stack.functions;
    const [keyId] = stack.securityKeys.keys();
    if (!deployed || !keyId) throw new Error("nothing is deployed");
    const encrypt = (digits: string) =>
      encryptCustomerInput(new SensitiveDigits(digits), { keyId, publicKey: publicKeyOf(pair) });
    const tampered = Buffer.from(await encrypt(DIGITS[0] as string), "base64");
    tampered.writeUInt8(tampered.readUInt8(tampered.length - 150) ^ 1, tampered.length - 150);
    const inputs = [
      ...(await Promise.all(DIGITS.map(encrypt))),
      tampered.toString("base64"),
      // flows that forgot to encrypt
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
      // and events that are not as they should be, with digits where none belong
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
    // The metrics' own lines, which stand among these, are searched above with everything else.
    const own = written.filter(
      (entry) => typeof entry === "object" && "service" in (entry ?? {}) && !readEmbeddedMetrics(entry),
    );
    expect(own.length).toBeGreaterThan(inputs.length);
    expect(own.flatMap((entry) => Object.keys(entry as object)).filter((name) => !allowed.includes(name))).toEqual([]);
  });
});

describe("a function that leaks is called out, and its digits are dots all the same", () => {
  const [digits] = DIGITS as [string];
  const grouped = digits.replace(/(.{4})(?=.)/g, "$1-");
  const accepted = '{ statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }';

  it.each([
    ["in a text", `console.log("got ${digits}"); return ${accepted};`, "logged"],
    ["alone on a line", `console.log("${digits}"); return ${accepted};`, "logged"],
    ["as a number in JSON", `console.log(JSON.stringify({ pan: ${digits} })); return ${accepted};`, "logged"],
    ["as a name in JSON", `console.log(JSON.stringify({ "${digits}": 1 })); return ${accepted};`, "logged"],
    ["in groups", `console.log("got ${grouped}"); return ${accepted};`, "logged"],
    ["as bytes", `process.stdout.write(new TextEncoder().encode("${digits}\\n")); return ${accepted};`, "logged"],
    ["on stderr", `console.error("got ${digits}"); return ${accepted};`, "logged"],
    ["in an error", `throw new Error("bad ${digits}");`, "logged"],
    [
      "in its answer",
      `return { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "${digits}" };`,
      "answered",
    ],
    ["in an answer's name", `return { "${digits}": 1 };`, "answered"],
  ])("%s", async (_, body, verb) => {
    const leaky = variantOf(stackDir, (stack, to) =>
      // Before anything is typed, nobody could know what to hide.
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

it("the tests' own output holds no number: none is in a test's name", () => {
  const named = filesBelow(join(PROJECT_DIR, "__tests__"))
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /\b(it|describe|test)(\.each)?\(.*\d{12,}/.test(readFileSync(file, "utf8")));
  expect(named).toEqual([]);
});
