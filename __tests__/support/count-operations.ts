import { type Profiler, Session } from "node:inspector";
import { join } from "node:path";
import { PROJECT_DIR } from "./project";

/**
 * Counts how often the code of a folder runs a function or a block, such as a loop's body. Unlike a time, this number
 * does not depend on the machine. Work within built-in functions does not count.
 *
 * @param load loads the code: V8 counts only what it compiles after this
 * @returns a function that returns the number for one call
 */
export function operationCounter<Code>(folder: string, load: () => Code): (call: (code: Code) => void) => number {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const takeCoverage = (): Profiler.ScriptCoverage[] => {
    let scripts: Profiler.ScriptCoverage[] = [];
    session.post("Profiler.takePreciseCoverage", (error, coverage) => {
      if (error) throw error;
      scripts = coverage.result;
    });
    return scripts;
  };
  let code: Code | undefined;
  jest.isolateModules(() => {
    code = load();
  });
  return (call) => {
    takeCoverage(); // resets the numbers
    call(code as Code);
    return takeCoverage()
      .filter(({ url }) => url.includes(`${join(PROJECT_DIR, folder)}/`))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0);
  };
}
