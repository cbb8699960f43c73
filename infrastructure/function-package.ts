import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";

const NAME = "decrypt-customer-input";
/** "file.export", as Lambda names a handler */
export const HANDLER = "index.handler";

/** The function as it is uploaded: a zip of one bundled file. */
export interface FunctionPackage {
  zipFile: string;
  /** hex */
  sha256: string;
  /** as Lambda and `source_code_hash` have it */
  sha256Base64: string;
}

/**
 * Bundles the function and zips it, the same bytes for the same sources on every machine and day: the dates in the zip
 * are fixed, and it is compressed by fflate, whose output does not depend on the zlib that this Node was built with.
 * The source map stays beside the zip: a stack trace can be read with it, and it needs no room in Lambda.
 */
export async function packageFunction(projectDir: string): Promise<FunctionPackage> {
  const folder = join(projectDir, "dist", NAME);
  const bundle = await build({
    absWorkingDir: projectDir,
    entryPoints: [`functions/${NAME}/index.ts`],
    outfile: `dist/${NAME}/index.mjs`,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // In Lambda credentials come from the environment alone: without the others, and what they bring along, a quarter of
    // the bundle is gone. The build fails should the SDK want something else of that package.
    alias: { "@aws-sdk/credential-provider-node": `./functions/${NAME}/default-credentials.ts` },
    // Some dependencies are CommonJS and require Node's own modules.
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    minify: true,
    legalComments: "none",
    sourcemap: "external",
    write: false,
    logLevel: "silent",
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of bundle.outputFiles) replaceFile(path, contents);

  const code = bundle.outputFiles.find(({ path }) => path.endsWith(".mjs"));
  if (!code) throw new Error("esbuild wrote no bundle");
  const zip = zipSync({
    "index.mjs": [code.contents, { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 }],
  });
  const zipFile = join(folder, "function.zip");
  replaceFile(zipFile, zip);
  const sha256 = createHash("sha256").update(zip).digest();
  return { zipFile, sha256: sha256.toString("hex"), sha256Base64: sha256.toString("base64") };
}

/** In one step, for whoever reads the file at the same time. */
function replaceFile(file: string, contents: Uint8Array): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, file);
}
