import { fork } from "node:child_process";
import { join } from "node:path";
import { RuntimeProcess } from "../../simulator/runtime-process";
import { temporaryFolder } from "../support/project";
import { smallFunction } from "../support/small-function";

const folder = temporaryFolder();
const PATIENT = 60;

/** Invokes a function of this code, once for each event. */
async function invoke(code: string, { events = [{}] as object[], timeoutSeconds = PATIENT } = {}) {
  const environments = smallFunction(folder, code, timeoutSeconds);
  try {
    const results = [];
    for (const event of events) results.push(await environments.invoke(event, PATIENT, () => {}));
    return results;
  } finally {
    environments.stop();
  }
}

const responding = (expression: string) => `export const handler = async (event, context) => (${expression});`;

it("passes the event to the handler and returns its response", async () => {
  const results = await invoke(responding("{ x: event.given }"), { events: [{ given: "a" }, { given: "b" }] });
  expect(results).toEqual([{ response: '{"x":"a"}' }, { response: '{"x":"b"}' }]);
});

it("gives the function the synthesized environment, and nothing from this process", async () => {
  process.env.IVR_TEST_SECRET = "leaked";
  const names = ["GIVEN", "IVR_TEST_SECRET", "HOME", "AWS_REGION"].map((name) => `process.env.${name} ?? ""`);
  const results = await invoke(responding(`[${names.join()}]`));
  expect(results).toEqual([{ response: '["yes","","","us-east-1"]' }]);
});

it("gives the function its own remaining time, not the caller's time limit", async () => {
  const results = await invoke(responding("context.getRemainingTimeInMillis()"), { timeoutSeconds: 10 * PATIENT });
  const [{ response }] = results as [{ response: string }];
  expect(Number(response)).toBeGreaterThan(PATIENT * 1000);
  expect(Number(response)).toBeLessThanOrEqual(10 * PATIENT * 1000);
});

it.each([
  ["throws", "export const handler = () => { throw new TypeError('no'); };", "the function threw TypeError: no"],
  ["does not load", "import 'nowhere';", "the function threw Error: Cannot find package 'nowhere'"],
  ["exports no handler", "export const other = 1;", "the function threw TypeError: handler is not a function"],
  [
    "exits",
    "export const handler = () => process.exit(3);",
    "the function's process exited with code 3 before it responded",
  ],
  [
    "is killed",
    "export const handler = () => process.kill(process.pid, 'SIGKILL');",
    "the function's process was killed by SIGKILL before it responded",
  ],
  [
    "crashes (its digits are hidden)",
    "export const handler = () => new Promise(() => setTimeout(() => { throw new RangeError('at 4111'); }));",
    "the function's process exited with code 1 before it responded (RangeError: at ••••)",
  ],
])("names the reason if a function %s", async (_, code, reason) => {
  const results = await invoke(code);
  expect(results).toEqual([{ error: expect.stringContaining(reason) }]);
});

it("names the reason if the process cannot be started", async () => {
  const runtime = new RuntimeProcess(fork("runtime.mjs", { cwd: join(folder, "missing"), silent: true }), () => {});
  expect(await runtime.invoke({}, {}, PATIENT)).toEqual({
    type: "exit",
    reason: "could not be started (ENOENT)",
    received: false,
  });
});

it("starts a new process after one that exited during an invocation", async () => {
  const code = "export const handler = ({ exit }) => (exit ? process.exit() : { x: 'y' });";
  const results = await invoke(code, { events: [{}, { exit: true }, {}] });
  expect(results).toEqual([{ response: '{"x":"y"}' }, { error: expect.any(String) }, { response: '{"x":"y"}' }]);
});

// On a busy machine, a process that exits between two invocations closes its channel long before its exit is noticed.
it.each([0, 200])("invokes a new process if the old one is exiting, %i ms after the response", async (milliseconds) => {
  const environments = smallFunction(
    folder,
    `const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    process.on("exit", wait);
    export const handler = () => {
      setImmediate(() => process.disconnect());
      return { process: String(process.pid) };
    };`,
    PATIENT,
  );
  try {
    const processes = new Set<string>();
    for (let time = 0; time < 3; time++) {
      const invocation = await environments.invoke({}, PATIENT, () => {});
      expect(invocation).toEqual({ response: expect.any(String) });
      processes.add(JSON.stringify(invocation));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
    expect(processes.size).toBe(3);
  } finally {
    environments.stop();
  }
});

it("ends an invocation at the function's time limit, and starts a new process for the next one", async () => {
  const code =
    "export const handler = ({ hang }) => (hang ? new Promise(() => {}) : { process: String(process.pid) });";
  const environments = smallFunction(folder, code, PATIENT);
  const logs: unknown[] = [];
  const invokeWith = (event: object, timeoutSeconds: number) => {
    environments.options.deployed.timeoutSeconds = timeoutSeconds;
    return environments.invoke(event, PATIENT, (entry) => logs.push(entry));
  };
  try {
    const before = await invokeWith({}, PATIENT);
    expect(await invokeWith({ hang: true }, 0.2)).toEqual({ error: "the function did not respond within 0.2 s" });
    expect(logs).toEqual([expect.objectContaining({ message: "Task timed out after 0.20 seconds" })]);
    const after = await invokeWith({}, PATIENT);
    expect(after).toEqual({ response: expect.any(String) });
    expect(after).not.toEqual(before);
    expect(environments.count).toBe(1);
  } finally {
    environments.stop();
  }
});

it("multiplies the time limits", async () => {
  const environments = smallFunction(folder, responding("new Promise(() => {})"), 0.1);
  Object.assign(environments.options, { timeLimitFactor: 2 });
  const started = performance.now();
  try {
    expect(await environments.invoke({}, PATIENT, () => {})).toEqual({
      error: "the function did not respond within 0.1 s",
    });
    expect(performance.now() - started).toBeGreaterThan(150);
  } finally {
    environments.stop();
  }
});
