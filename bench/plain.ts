import { join } from "node:path";
import { build } from "esbuild";
import { PROJECT_DIR } from "./deployed";

const HANDLER = join(PROJECT_DIR, "bench/plain-handler.ts");
/** What else the function depends on. */
const OTHER_DEPENDENCIES = [
  "@aws-lambda-powertools/logger",
  "@aws-lambda-powertools/metrics",
  "card-validator",
  "zod/mini",
];

/** The handler of AWS's samples and what our function depends on besides, bundled as esbuild does by itself: CommonJS. */
export async function buildPlainly(outfile: string): Promise<void> {
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

/** The handler alone, bundled as our function is: for what does not measure how a bundle starts. */
export async function buildPlainHandler(outfile: string): Promise<void> {
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
