import { spawn } from "@lydell/node-pty";

/** Runs the real command of a project at a real (pseudo) terminal. */
export function atTerminal(command: string, project: string, environment: Record<string, string> = {}) {
  // With CI set, there is no spinner.
  const { CI, ...inherited } = process.env;
  const terminal = spawn(process.execPath, ["--import", "tsx", "cli/ivr.ts", ...command.split(" ")], {
    cwd: project,
    cols: 120,
    env: { ...inherited, NO_COLOR: "1", TERM: "xterm", ...environment },
  });
  let screen = "";
  // A process that a signal ended has the exit code that a shell would show.
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
    /** Waits until the terminal has shown the text this many times. */
    async shown(text: string, times = 1): Promise<void> {
      while (screen.split(text).length <= times) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}
