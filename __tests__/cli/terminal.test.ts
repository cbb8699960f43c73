import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { copyOfProject, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const DIGITS = "4111111111111111";

/** The real command at a real (pseudo) terminal. */
function ringAtTerminal(project: string, environment: Record<string, string> = {}) {
  const terminal = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", "call"], {
    cwd: project,
    cols: 120,
    env: { ...process.env, NO_COLOR: "1", TERM: "xterm", ...environment },
  });
  let screen = "";
  const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  terminal.onData((data) => {
    screen += data;
  });
  return {
    type: (keys: string) => terminal.write(keys),
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
  const phone = ringAtTerminal(project);
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

it("hangs up on Ctrl-C", async () => {
  const phone = ringAtTerminal(project);
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
  const phone = ringAtTerminal(project, { IVR_CONFIG: "impatient.json" });
  await phone.shown("We did not receive any digits.");
  phone.type("\x03");
  expect(await phone.exited).toBe(3);
});
