import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { copyOfProject, temporaryFolder } from "../support/project";
import { atTerminal } from "../support/terminal";

const folder = temporaryFolder();
const DIGITS = "4111111111111111";

let project: string;
beforeAll(async () => {
  project = copyOfProject(join(folder, "project"));
  // Longer than prepare's time limit, so that the function logs during the first prompt.
  const handler = join(project, "functions/decrypt-customer-input/index.ts");
  const slowStart = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);\n";
  writeFileSync(handler, slowStart + readFileSync(handler, "utf8"));
  writeKeyPair(join(project, ".ivr/keys/local"), await smallKeyPair());
});

it("accepts keys one by one, and shows dots and no digits", async () => {
  const phone = atTerminal("call --logs", project);
  await phone.shown("Synthesizing the stack");
  phone.type("987654"); // before the call begins: the terminal must not show them
  await phone.shown("Please enter");
  for (const key of `12*${DIGITS.slice(0, -1)}`) phone.type(key);
  await phone.shown(` ${"•".repeat(15)}`);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // the function logs prepare
  phone.type(DIGITS.slice(-1));
  await phone.shown(` ${"•".repeat(16)}`);
  phone.type("#");
  // A pound key after the maximum number of digits belongs to them, not to the next question.
  await phone.shown("the date your card expires");
  for (const key of "1240#") phone.type(key);
  await phone.shown("your card's security code");
  for (const key of "123#") phone.type(key);
  await phone.shown("Outcome:");
  expect(await phone.exited).toBe(0);
  expect(/accepted/.test(phone.everything())).toBe(true);
  expect(/987654|12\*|11111/.test(phone.everything())).toBe(false);
  // From the prompt's hint to the end of the prompt, the terminal shows no digits.
  const [typing = ""] =
    phone
      .everything()
      .split("hangs up)")[1]
      ?.split(/Function|Flow log/) ?? [];
  expect(typing.includes("•".repeat(16))).toBe(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's control sequences contain numbers
  expect(/\d/.test(typing.replace(/\x1b\[[\d;]*\w/g, ""))).toBe(false);
  expect(/"prepared"/.test(phone.everything())).toBe(true); // shown after the prompt
});

it("ends at once on Ctrl-C before the call, and restores the terminal", async () => {
  const synthesis = join(project, "infrastructure/synthesize.ts");
  const source = readFileSync(synthesis, "utf8");
  // Longer than a test may take, and synchronous, as the synthesis itself is.
  writeFileSync(synthesis, `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000);\n${source}`);
  try {
    const phone = atTerminal("call", project);
    await phone.shown("Synthesizing the stack");
    phone.type("\x03");
    expect(await phone.exited).toBe(130);
    expect(phone.everything().split("\x1b[?25l").at(-1)).toContain("\x1b[?25h"); // the cursor is visible
    expect(readdirSync(join(project, ".ivr"))).toEqual(["keys"]);
  } finally {
    writeFileSync(synthesis, source);
  }
});

it("hangs up on Ctrl-C", async () => {
  const phone = atTerminal("call", project);
  await phone.shown("Please enter");
  phone.type("41\x03");
  expect(await phone.exited).toBe(3);
  expect(/Outcome: {2}hung-up/.test(phone.everything())).toBe(true);
});

it.each([
  ["Ctrl-C", "SIGINT", 130],
  ["SIGTERM", "SIGTERM", 143],
] as const)("shows the cursor again after %s during a spinner", async (_, signal, code) => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  try {
    const doctor = atTerminal("doctor", project, {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    });
    await doctor.shown("Checking AWS");
    expect(doctor.everything()).toContain("\x1b[?25l");
    if (signal === "SIGINT") doctor.type("\x03");
    else doctor.kill(signal);
    expect(await doctor.exited).toBe(code);
    expect(doctor.everything().split("\x1b[?25l").at(-1)).toContain("\x1b[?25h");
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});
