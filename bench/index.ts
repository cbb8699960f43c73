// `npm run bench -- [--json] [--short] [NAME…]`, `npm run bench -- storm [--write]`
import { parseArgs } from "node:util";
import { coldStart } from "./cold-start";
import { keySizes } from "./key-sizes";
import { memory } from "./memory";
import { type Benchmark, table } from "./report";
import { simulatedCalls } from "./simulated-calls";
import { size } from "./size";
import { runStorm, stormTable } from "./storm";
import { synth } from "./synth";
import { warmDecrypt } from "./warm-decrypt";
import { warmHandler } from "./warm-handler";

const BENCHMARKS: Record<string, Benchmark> = {
  "warm-decrypt": warmDecrypt,
  "warm-handler": warmHandler,
  "cold-start": coldStart,
  size,
  synth,
  "simulated-calls": simulatedCalls,
  "key-sizes": keySizes,
};

/** These take minutes and all of this machine, or rights that not everybody has: they run only where they are named. */
const ON_REQUEST: Record<string, Benchmark> = { memory };
const STORM = "storm";

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      short: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const names = [...Object.keys({ ...BENCHMARKS, ...ON_REQUEST }), STORM];
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}": there are ${names.join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  const results: Record<string, unknown> = {};
  const show = (name: string, rows: unknown, text: string) => {
    results[name] = rows;
    if (!values.json) console.log(text);
  };
  const isWanted = (name: string) =>
    positionals.includes(name) || (positionals.length === 0 && Object.hasOwn(BENCHMARKS, name));
  for (const [name, benchmark] of Object.entries({ ...BENCHMARKS, ...ON_REQUEST })) {
    if (!isWanted(name)) continue;
    process.stderr.write(`measuring ${name} …\n`);
    const rows = await benchmark.run(values);
    show(name, rows, table(benchmark.title, rows));
  }
  if (isWanted(STORM)) {
    const { rows, file } = await runStorm(values);
    show(STORM, rows, `${stormTable(rows)}\nPlotted in ${file}`);
  }
  if (values.json) console.log(JSON.stringify(results));
}

// Child processes and folders go with the process that made them: see the listeners of its exit.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

// A missed bar is told in the table and fails nothing: it may be the machine's.
main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
