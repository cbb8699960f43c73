import { availableParallelism, cpus } from "node:os";
import { type BenchmarkName, parseCommandLine, USAGE, UsageError } from "./command-line";
import { type Benchmark, markdownTable, type Row, table } from "./report";

/** Imports a benchmark only if it runs. */
const BENCHMARKS: Record<Exclude<BenchmarkName, "storm">, () => Promise<Benchmark>> = {
  "warm-decrypt": async () => (await import("./warm-decrypt")).warmDecrypt,
  "warm-handler": async () => (await import("./warm-handler")).warmHandler,
  "cold-start": async () => (await import("./cold-start")).coldStart,
  size: async () => (await import("./size")).size,
  synth: async () => (await import("./synth")).synth,
  "simulated-calls": async () => (await import("./simulated-calls")).simulatedCalls,
  "key-sizes": async () => (await import("./key-sizes")).keySizes,
  lint: async () => (await import("./lint")).lint,
  memory: async () => (await import("./memory")).memory,
};

async function main(): Promise<void> {
  const { names, ...options } = parseCommandLine(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const results: Record<string, unknown> = {};
  const measured: Row[] = [];
  const show = (name: string, rows: unknown, text: string) => {
    results[name] = rows;
    if (!options.json && !options.markdown) console.log(text);
  };
  for (const name of names) {
    if (name === "storm") {
      const { runStorm, stormTable } = await import("./storm");
      const { rows, file } = await runStorm(options);
      show(name, rows, `${stormTable(rows)}\nPlotted in ${file}`);
      continue;
    }
    process.stderr.write(`measuring ${name} …\n`);
    try {
      const benchmark = await BENCHMARKS[name]();
      const rows = await benchmark.run(options);
      measured.push(...rows);
      show(name, rows, table(benchmark.title, rows));
    } catch (error) {
      console.error(`${name} could not be measured: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  if (options.json) console.log(JSON.stringify(results));
  if (options.markdown) console.log(markdownTable(measured, machine()));
}

const machine = () =>
  `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;

// Listeners of the exit event stop child processes and remove folders.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

// The table shows a missed bar, and the command does not fail: a busy machine may be the cause.
main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
