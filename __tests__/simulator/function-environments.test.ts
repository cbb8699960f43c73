import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project";
import { smallFunction } from "../support/small-function";

const folder = temporaryFolder();

it("lets an invocation go on when its caller has stopped waiting, busy until then and free after", async () => {
  // ends when it is told to, by a file, answers with its process, and logs when it has
  const code = `
    import { existsSync } from "node:fs";
    export const handler = async ({ until }) => {
      while (until && !existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 10));
      if (until) setTimeout(() => console.log("answered"), 100);
      return { process: String(process.pid) };
    };`;
  const environments = smallFunction(folder, code, 60);
  try {
    const until = join(folder, "told");
    const invoke = async (limitSeconds: number, event: object = {}, onLog: (entry: unknown) => void = () => {}) => {
      const invocation = await environments.invoke(event, limitSeconds, onLog);
      return "answer" in invocation ? JSON.parse(invocation.answer).process : invocation.fault;
    };
    const first = await invoke(60);
    let onAnswered = () => {};
    const answered = new Promise<void>((resolve) => {
      onAnswered = resolve;
    });
    expect(await invoke(0.1, { until }, onAnswered)).toBe("the function did not answer within 0.1 s");

    const second = await invoke(60);
    expect(second).not.toBe(first);
    writeFileSync(until, "");
    await answered;
    expect((await Promise.all([invoke(60), invoke(60)])).toSorted()).toEqual([first, second].toSorted());
    expect(environments.count).toBe(2);
  } finally {
    environments.stop();
  }
});

it("ends an invocation by the function's own limit, and starts the next one anew", async () => {
  const code =
    "export const handler = ({ hang }) => (hang ? new Promise(() => {}) : { process: String(process.pid) });";
  const environments = smallFunction(folder, code, 1);
  try {
    const logged: unknown[] = [];
    const invoke = (event: object) => environments.invoke(event, 60, (entry) => logged.push(entry));
    const before = await invoke({});
    expect(await invoke({ hang: true })).toEqual({ fault: "the function did not answer within 1 s" });
    expect(logged).toEqual([expect.objectContaining({ message: "Task timed out after 1.00 seconds" })]);
    expect(await invoke({})).not.toEqual(before);
    expect(environments.count).toBe(1);
  } finally {
    environments.stop();
  }
});
