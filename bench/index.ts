import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { coldStart } from "./cold-start";
import { keySizes } from "./key-sizes";
import { lint } from "./lint";
import { memory } from "./memory";
import { type Benchmark, markdownTable, type Row, table } from "./report";
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
  lint,
};

/** These take minutes and all of this machine, or rights that not everybody has: they run only where they are named. */
const ON_REQUEST: Record<string, Benchmark> = { memory };
const STORM = "storm";

const USAGE = `Usage: npm run bench -- [options] [NAME…]

Without a name: ${Object.keys(BENCHMARKS).join(", ")}
Only by name:   ${[...Object.keys(ON_REQUEST), STORM].join(", ")}

Options:
  --json      print the results as JSON
  --markdown  print them as a table for README.md
  --short     measure for a shorter time
  --write     put the plot of storm into docs/img/
  --help      print this
`;

/** A command line that nothing can be measured by; the text is one sentence. */
class UsageError extends Error {}

function readCommandLine() {
  const { values, positionals } = parsedArguments();
  const names = [...Object.keys({ ...BENCHMARKS, ...ON_REQUEST }), STORM];
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no benchmark "${unknown}": there are ${names.join(", ")}.`);
  }
  return { values, positionals };
}

function parsedArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
        short: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // what follows the first sentence is advice for programs that take any word
    const [sentence] = (error as Error).message.split(". ");
    throw new UsageError(`${sentence}: see npm run bench -- --help.`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readCommandLine();
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const results: Record<string, unknown> = {};
  const measured: Row[] = [];
  const show = (name: string, rows: unknown, text: string) => {
    results[name] = rows;
    if (!values.json && !values.markdown) console.log(text);
  };
  const isWanted = (name: string) =>
    positionals.includes(name) || (positionals.length === 0 && Object.hasOwn(BENCHMARKS, name));
  for (const [name, benchmark] of Object.entries({ ...BENCHMARKS, ...ON_REQUEST })) {
    if (!isWanted(name)) continue;
    process.stderr.write(`measuring ${name} …\n`);
    try {
      const rows = await benchmark.run(values);
      measured.push(...rows);
      show(name, rows, table(benchmark.title, rows));
    } catch (error) {
      console.error(`${name} could not be measured: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  if (isWanted(STORM)) {
    const { rows, file } = await runStorm(values);
    show(STORM, rows, `${stormTable(rows)}\nPlotted in ${file}`);
  }
  if (values.json) console.log(JSON.stringify(results));
  if (values.markdown) console.log(markdownTable(measured, machine()));
}

const machine = () =>
  `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;

// Child processes and folders go with the process that made them: see the listeners of its exit.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

// A missed bar is told in the table and fails nothing: it may be the machine's.
main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
