import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";
import type { Build } from "./build-cache";

const SOURCES = "functions/decrypt-customer-input";
const BUNDLE = "index.mjs";

export interface BuildFunctionProps {
  projectDir: string;
  /** where the files will be: the source map's paths begin there */
  folder: string;
  /** the zip's name in it */
  zip: string;
}

/**
 * Bundles the function and zips it, the same bytes for the same sources on every machine and day: the dates in the zip
 * are fixed, and it is compressed by fflate, whose output does not depend on the zlib that this Node was built with.
 * The source map stays beside the zip: a stack trace can be read with it, and it needs no room in Lambda.
 */
export async function buildFunction({ projectDir, folder, zip }: BuildFunctionProps): Promise<Build> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectDir,
    entryPoints: [`${SOURCES}/index.ts`],
    outfile: join(folder, BUNDLE),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // In Lambda credentials come from the environment alone: without the others, and what they bring along, more than a
    // fifth of the bundle is gone. The build fails should the SDK want something else of that package.
    alias: { "@aws-sdk/credential-provider-node": `./${SOURCES}/default-credentials.ts` },
    // Some dependencies are CommonJS and require Node's own modules.
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    // No tsconfig.json has a say, whose change would have to be noticed.
    tsconfigRaw: {},
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const outputs = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const code = outputs[BUNDLE];
  if (!code) throw new Error("esbuild wrote no bundle");
  const zipped = zipSync({
    [BUNDLE]: [code, { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 }],
  });
  const tools = [__filename, require.resolve("esbuild"), require.resolve("fflate")];
  return {
    inputs: [...Object.keys(metafile.inputs), "package.json", ...tools.map((file) => relative(projectDir, file))],
    outputs: { ...outputs, [zip]: zipped },
  };
}
