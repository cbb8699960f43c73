const LISTENERS = (
  [
    ["SIGINT", 2],
    ["SIGHUP", 1],
    ["SIGTERM", 15],
  ] as const
).map(([signal, number]) => ({ signal, exit: () => process.exit(128 + number) }));

/**
 * A signal calls `process.exit`, which runs the exit listeners: they stop child processes and remove temporary files. A
 * signal's default does not.
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
