import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { packageFunction } from "../infrastructure/function-package";
import { spread } from "./measure";
import type { Benchmark } from "./report";

const BAR = 0.4;
const PROJECT_DIR = resolve(__dirname, "..");
const ENVIRONMENT = {
  DECRYPTION_KEY_PARAMETER_PREFIX: "/bench/",
  SECRET_CACHE_SECONDS: "300",
  STAGE: "bench",
  FIELDS: "[]",
  TIME_ZONE: "UTC",
  PAYMENT_CONNECTOR: "none",
  AWS_REGION: "us-east-1",
};

export const importTime: Benchmark = {
  title: "Import in a fresh process; ratio to a bundle made plainly",
  async run({ short }) {
    const folder = mkdtempSync(join(tmpdir(), "ivr-bench-"));
    try {
      const { zipFile } = await packageFunction(PROJECT_DIR);
      const plainFile = join(folder, "plain.cjs");
      await buildPlainly(plainFile);
      const times = { plain: [] as number[], ours: [] as number[] };
      for (let round = 0; round < (short ? 2 : 20); round++) {
        times.plain.push(importMs(plainFile));
        times.ours.push(importMs(join(dirname(zipFile), "index.mjs")));
      }
      const [plain, ours] = [spread(times.plain), spread(times.ours)];
      const ratio = ours.median / plain.median;
      return [
        { name: "plain", unit: "ms", ...plain, ratio: 1 },
        { name: "ours", unit: "ms", ...ours, ratio, bar: { says: `≤ ${BAR}`, holds: ratio <= BAR } },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** CommonJS, not minified, with the two SDKs imported whole. */
async function buildPlainly(outfile: string): Promise<void> {
  await build({
    stdin: {
      contents: `export * as sdk from "@aws-crypto/client-node"; export * as ssm from "@aws-sdk/client-ssm";
        export * from "./functions/decrypt-customer-input/index";`,
      resolveDir: PROJECT_DIR,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
}

function importMs(file: string): number {
  const script = `const started = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)});
    console.log(performance.now() - started);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, ...ENVIRONMENT },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the bundle cannot be imported: ${stderr}`);
  return Number(stdout.trim().split("\n").at(-1));
}
