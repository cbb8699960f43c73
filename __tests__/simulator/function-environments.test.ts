import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project";
import { smallFunction } from "../support/small-function";

const folder = temporaryFolder();

it("continues an invocation after its caller stopped waiting, in a busy environment that is idle afterwards", async () => {
  // Waits for a file if the event names one, returns its process id, and logs after the response.
  const code = `
    import { existsSync } from "node:fs";
    export const handler = async ({ until }) => {
      while (until && !existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 10));
      if (until) setTimeout(() => console.log("responded"), 100);
      return { process: String(process.pid) };
    };`;
  const environments = smallFunction(folder, code, 60);
  try {
    const until = join(folder, "continue");
    const invoke = async (limitSeconds: number, event: object = {}, onLog: (entry: unknown) => void = () => {}) => {
      const invocation = await environments.invoke(event, limitSeconds, onLog);
      return "response" in invocation ? JSON.parse(invocation.response).process : invocation.error;
    };
    const first = await invoke(60);
    let onResponded = () => {};
    const responded = new Promise<void>((resolve) => {
      onResponded = resolve;
    });
    expect(await invoke(0.1, { until }, onResponded)).toBe("the function did not respond within 0.1 s");

    const second = await invoke(60);
    expect(second).not.toBe(first);
    writeFileSync(until, "");
    await responded;
    expect((await Promise.all([invoke(60), invoke(60)])).toSorted()).toEqual([first, second].toSorted());
    expect(environments.count).toBe(2);
  } finally {
    environments.stop();
  }
});
