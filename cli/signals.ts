const LISTENERS = (
  [
    ["SIGINT", 2],
    ["SIGHUP", 1],
    ["SIGTERM", 15],
  ] as const
).map(([signal, number]) => ({
  signal,
  exit: () => {
    process.emit("exit", 128 + number);
    process.kill(process.pid, signal);
  },
}));

/**
 * A signal first runs the exit listeners, which stop child processes and remove temporary files. Then the signal itself
 * ends the process, because `process.exit` would wait for other threads: the generation of a key can take many seconds.
 */
export function exitOnSignals(): void {
  for (const { signal, exit } of LISTENERS) process.once(signal, exit);
}

/**
 * A signal ends the process at once, also while it reads a file or computes: listeners are called only between tasks.
 * For commands that have no child processes and no temporary files.
 */
export function endOnSignals(): void {
  for (const { signal, exit } of LISTENERS) process.off(signal, exit);
}
