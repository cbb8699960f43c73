import { parseArgs } from "node:util";

export const BENCHMARK_NAMES = [
  "warm-decrypt",
  "warm-handler",
  "cold-start",
  "size",
  "synth",
  "simulated-calls",
  "key-sizes",
  "lint",
] as const;
/** These take minutes and the whole machine, or need special rights, so they run only by name. */
const NAMES_ON_REQUEST = ["memory", "storm"] as const;

export type BenchmarkName = (typeof BENCHMARK_NAMES)[number] | (typeof NAMES_ON_REQUEST)[number];
const ALL_NAMES: readonly BenchmarkName[] = [...BENCHMARK_NAMES, ...NAMES_ON_REQUEST];

export const USAGE = `Usage: npm run bench -- [options] [NAME…]

Without a name: ${BENCHMARK_NAMES.join(", ")}
Only by name:   ${NAMES_ON_REQUEST.join(", ")}

Options:
  --json      print the results as JSON
  --markdown  print them as a table for README.md
  --short     measure for a shorter time
  --write     write the plot of storm to docs/img/
  --help      print this help
`;

/** The command line is invalid; the message is one sentence. */
export class UsageError extends Error {}

const OPTIONS = {
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  short: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * Parses the options, and the names of the benchmarks to run.
 *
 * @throws UsageError
 */
export function parseCommandLine(args: string[]) {
  const { values, positionals } = parseOptions(args);
  const names = positionals.map((name) => {
    const known = ALL_NAMES.find((candidate) => candidate === name);
    if (!known) throw new UsageError(`Unknown benchmark "${name}": use one of ${ALL_NAMES.join(", ")}.`);
    return known;
  });
  return { ...values, names: names.length > 0 ? ALL_NAMES.filter((name) => names.includes(name)) : BENCHMARK_NAMES };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // The next sentences of Node's message do not apply to this command.
    const [sentence] = (error as Error).message.split(". ");
    throw new UsageError(`${sentence}: see npm run bench -- --help.`);
  }
}
