import { PassThrough } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import { TerminalKeypad } from "../../simulator/terminal-keypad";

// With a real terminal: __tests__/cli/terminal.test.ts

/** A terminal's streams, as far as the keypad uses them. */
function fakeTerminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => modes.push(raw) });
  let screen = "";
  const output = {
    cursorTo: () => true,
    clearLine: () => true,
    write: (text: string) => {
      screen += text;
      return true;
    },
  };
  const keypad = new TerminalKeypad(input as unknown as ReadStream, output as unknown as WriteStream, "Caller  ");
  return { keypad, input, modes, screen: () => screen };
}

const LONG = 60;
let terminal: ReturnType<typeof fakeTerminal>;
beforeEach(() => {
  terminal = fakeTerminal();
});
afterEach(() => terminal.keypad.close());

/** Presses keys, and waits until the keypad has received them. */
async function press(keys: string): Promise<void> {
  terminal.input.write(keys);
  await new Promise((resolve) => setImmediate(resolve));
}

it("returns telephone keys in order, and ignores other keys", async () => {
  terminal.keypad.startPrompt("Number?");
  await press("1a*x#");
  expect(await terminal.keypad.nextKey(LONG)).toEqual({ key: "1" });
  expect(await terminal.keypad.nextKey(LONG)).toEqual({ key: "*" });
  expect(await terminal.keypad.nextKey(LONG)).toEqual({ key: "#" });
});

it("waits for a key", async () => {
  terminal.keypad.startPrompt("Number?");
  const key = terminal.keypad.nextKey(LONG);
  await press("7");
  expect(await key).toEqual({ key: "7" });
});

it("ignores keys that were pressed before the prompt", async () => {
  await press("987");
  terminal.keypad.startPrompt("Number?");
  await press("1");
  expect(await terminal.keypad.nextKey(LONG)).toEqual({ key: "1" });
});

it("returns silence after the time limit, which starts when the prompt has been spoken", async () => {
  const started = performance.now();
  terminal.keypad.startPrompt("Four"); // 4 characters of 15 in a second
  expect(await terminal.keypad.nextKey(0.1)).toBe("silence");
  expect(performance.now() - started).toBeGreaterThan(350);
  const next = performance.now();
  expect(await terminal.keypad.nextKey(0.1)).toBe("silence");
  expect(performance.now() - next).toBeGreaterThan(90);
});

it.each([
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
])("%s hangs up, now and for the rest of the call", async (_, keys) => {
  terminal.keypad.startPrompt("Number?");
  const key = terminal.keypad.nextKey(LONG);
  await press(keys);
  expect(await key).toBe("hang-up");
  expect(terminal.keypad.hungUp).toBe(true);
  expect(await terminal.keypad.nextKey(LONG)).toBe("hang-up");
});

it("shows dots, and the hint only once", () => {
  terminal.keypad.startPrompt("Number?");
  terminal.keypad.showTaken(1);
  terminal.keypad.showTaken(2);
  terminal.keypad.endPrompt();
  terminal.keypad.startPrompt("Code?");
  expect(terminal.screen()).toBe("        (0-9; * starts over, # ends, Ctrl-C hangs up)\nCaller  •Caller  ••");
});

it("delays other output until the prompt ends", () => {
  const shown: string[] = [];
  const show = (text: string) => terminal.keypad.showOutsidePrompt(() => shown.push(text));
  show("before");
  terminal.keypad.startPrompt("Number?");
  show("during");
  expect(shown).toEqual(["before"]);
  terminal.keypad.endPrompt();
  show("after");
  expect(shown).toEqual(["before", "during", "after"]);
});

it("uses the raw mode until it is closed", () => {
  expect(terminal.modes).toEqual([true]);
  terminal.keypad.close();
  expect(terminal.modes).toEqual([true, false]);
});
