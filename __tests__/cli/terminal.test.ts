import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { copyOfProject, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const DIGITS = "4111111111111111";

/** The real command at a real (pseudo) terminal. */
function atTerminal(command: string, project: string, environment: Record<string, string> = {}) {
  // where there is CI there is no spinner
  const { CI, ...inherited } = process.env;
  const terminal = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", command], {
    cwd: project,
    cols: 120,
    env: { ...inherited, NO_COLOR: "1", TERM: "xterm", ...environment },
  });
  let screen = "";
  // as a shell shows it
  const exited = new Promise<number>((resolve) =>
    terminal.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode)),
  );
  terminal.onData((data) => {
    screen += data;
  });
  return {
    type: (keys: string) => terminal.write(keys),
    kill: (signal: string) => terminal.kill(signal),
    exited,
    everything: () => screen,
    /** waits until the terminal has shown a text so many times */
    async shown(text: string, times = 1): Promise<void> {
      while (screen.split(text).length <= times) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

let project: string;
beforeAll(async () => {
  project = copyOfProject(join(folder, "project"));
  // Longer than the flow waits for `prepare`: what the function logs of it comes while the caller types.
  const handler = join(project, "functions/decrypt-customer-input/index.ts");
  const slowStart = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);\n";
  writeFileSync(handler, slowStart + readFileSync(handler, "utf8"));
  writeKeyPair(join(project, ".ivr/keys/local"), await smallKeyPair());
});

it("takes keys one by one, shows dots for them and never a digit", async () => {
  const phone = atTerminal("call", project);
  await phone.shown("Synthesizing the stack");
  phone.type("987654"); // too early: nobody has picked up yet, and no terminal may echo it
  await phone.shown("Please enter");
  for (const key of `12*${DIGITS.slice(0, -1)}`) phone.type(key);
  await phone.shown(` ${"•".repeat(15)}`);
  await new Promise((resolve) => setTimeout(resolve, 2500)); // for the log of `prepare`
  phone.type(DIGITS.slice(-1));
  await phone.shown(` ${"•".repeat(16)}`);
  phone.type("#");
  // The pound key after as many digits as there can be belongs to them, not to the next question.
  await phone.shown("the date your card expires");
  for (const key of "1240#") phone.type(key);
  await phone.shown("your card's security code");
  for (const key of "123#") phone.type(key);
  await phone.shown("Outcome:");
  expect(await phone.exited).toBe(0);
  expect(/accepted/.test(phone.everything())).toBe(true);
  expect(/987654|12\*|11111/.test(phone.everything())).toBe(false);
  // from the prompt's hint to its end, whatever the terminal did, no digit at all
  const [typing = ""] =
    phone
      .everything()
      .split("to hang up)")[1]
      ?.split(/Function|Caller/) ?? [];
  expect(typing.includes("•".repeat(16))).toBe(true);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own sequences hold numbers
  expect(/\d/.test(typing.replace(/\x1b\[[\d;]*\w/g, ""))).toBe(false);
  expect(/"prepared"/.test(phone.everything())).toBe(true); // held back until the dots are gone, not lost
});

it("ends at once on Ctrl-C before the call, and restores the terminal", async () => {
  const synthesis = join(project, "infrastructure/synthesize.ts");
  const source = readFileSync(synthesis, "utf8");
  // Longer than this test may take, and synchronous, as the synthesis itself is.
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

it("takes silence for silence, after the flow's time limit", async () => {
  writeFileSync(
    join(project, "impatient.json"),
    JSON.stringify({
      fields: [{ name: "cardNumber", firstDigitSeconds: 1 }],
      // what is spoken takes its time, and is listened to first
      prompts: { "en-US": { welcome: "Hello.", fields: { cardNumber: { ask: "Number?" } } } },
    }),
  );
  const phone = atTerminal("call", project, { IVR_CONFIG: "impatient.json" });
  await phone.shown("We did not receive any digits.");
  phone.type("\x03");
  expect(await phone.exited).toBe(3);
});

it.each([
  ["Ctrl-C", "SIGINT", 130],
  ["an end by SIGTERM", "SIGTERM", 143],
] as const)("shows the cursor again after %s beside a spinner", async (_, signal, code) => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  try {
    const doctor = atTerminal("doctor", project, {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    });
    await doctor.shown("Asking AWS");
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
