// `npm run bench -- [--json] [--short] [NAME…]`
import { parseArgs } from "node:util";
import { importTime } from "./import";
import { keySizes } from "./key-sizes";
import { type Benchmark, table } from "./report";
import { size } from "./size";
import { warmDecrypt } from "./warm-decrypt";

const BENCHMARKS: Record<string, Benchmark> = {
  "warm-decrypt": warmDecrypt,
  import: importTime,
  size,
  "key-sizes": keySizes,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, short: { type: "boolean", default: false } },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}": there are ${Object.keys(BENCHMARKS).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  const results: Record<string, unknown> = {};
  for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    process.stderr.write(`measuring ${name} …\n`);
    const rows = await benchmark.run({ short: values.short });
    results[name] = rows;
    if (!values.json) console.log(table(benchmark.title, rows));
  }
  if (values.json) console.log(JSON.stringify(results));
}

// A missed bar is told in the table and fails nothing: it may be the machine's.
main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
