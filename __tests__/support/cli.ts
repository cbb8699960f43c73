import { Console } from "node:console";
import { Readable, Writable } from "node:stream";
import { runInThisContext } from "node:vm";
import { reportError, run } from "../../cli/program";
import { PROJECT_DIR, type Run, type RunOptions } from "./project";

/** Jest gives each test file a copy of `process`. Child processes inherit the environment of the original. */
const originalEnvironment = (runInThisContext("process") as NodeJS.Process).env;

class Output extends Writable {
  text = "";
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/**
 * `npm run ivr -- …` in this process, without a terminal: as `ivr` of ./project, but without the half second that a
 * process takes. Use `ivr` for what only a process has: signals, broken pipes, and a command that reads file descriptor 0.
 *
 * Modules stay loaded from run to run. Do not run two commands at the same time, and give a configuration that differs
 * another file name.
 */
export async function runIvr(
  args: readonly string[],
  { cwd = PROJECT_DIR, env = {}, input = "" }: RunOptions = {},
): Promise<Run> {
  const [stdout, stderr] = [new Output(), new Output()];
  const undo = [
    replace(process, "stdin", Readable.from(input === "" ? [] : [Buffer.from(input)])),
    replace(process, "stdout", stdout),
    replace(process, "stderr", stderr),
    replace(process, "exitCode", undefined),
    replace(globalThis, "console", new Console(stdout, stderr)),
    ...Object.entries(env).flatMap(([name, value]) =>
      [process.env, originalEnvironment].map((each) => setVariable(each, name, value)),
    ),
    changeFolder(cwd),
  ];
  const exitListeners = process.listeners("exit");
  try {
    await run(args).catch((error: Error) => {
      process.exitCode = reportError(error);
    });
    const code = Number(process.exitCode ?? 0);
    endProcess(exitListeners, code);
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    for (const each of undo.reverse()) each();
  }
}

type Undo = () => void;

function replace<T extends object>(object: T, name: keyof T, value: unknown): Undo {
  const descriptor = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  return () => (descriptor ? Object.defineProperty(object, name, descriptor) : delete object[name]);
}

function setVariable(environment: NodeJS.ProcessEnv, name: string, value: string): Undo {
  const before = environment[name];
  environment[name] = value;
  return () => {
    if (before === undefined) delete environment[name];
    else environment[name] = before;
  };
}

function changeFolder(folder: string): Undo {
  const before = process.cwd();
  process.chdir(folder);
  return () => process.chdir(before);
}

/** Calls the listeners that the command added: they remove its temporary files. */
function endProcess(before: readonly unknown[], code: number): void {
  for (const listener of process.listeners("exit").filter((each) => !before.includes(each))) {
    process.off("exit", listener);
    listener.call(process, code);
  }
}
