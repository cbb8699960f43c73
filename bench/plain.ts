import { join } from "node:path";
import { build } from "esbuild";
import { PROJECT_DIR } from "./deployed";

const HANDLER = join(PROJECT_DIR, "bench/plain-handler.ts");
/** The other dependencies of our function. */
const OTHER_DEPENDENCIES = [
  "@aws-lambda-powertools/logger",
  "@aws-lambda-powertools/metrics",
  "card-validator",
  "zod/mini",
];

/** Bundles the plain handler and all dependencies of our function with esbuild's default format, CommonJS. */
export async function bundlePlainFunction(outfile: string): Promise<void> {
  const others = OTHER_DEPENDENCIES.map((name, index) => `export * as other${index} from "${name}";`);
  await build({
    stdin: { contents: [`export * from "${HANDLER}";`, ...others].join("\n"), resolveDir: PROJECT_DIR },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    minify: true,
    logLevel: "silent",
  });
}

/** Bundles the plain handler alone, with the options of our function, for benchmarks that do not measure the import. */
export async function bundlePlainHandler(outfile: string): Promise<void> {
  await build({
    entryPoints: [HANDLER],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    minify: true,
    logLevel: "silent",
  });
}
