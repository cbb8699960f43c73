import { basename, join } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";
import { thirdPartyNotices } from "./third-party-notices";

const SOURCES = "functions/decrypt-customer-input";
const BUNDLE = "index.mjs";
const NOTICES = "THIRD-PARTY-NOTICES.txt";

export interface BuildFunctionProps {
  projectDir: string;
  /** the folder that the files will be written to; paths in the source map are relative to it */
  folder: string;
}

export interface FunctionBuild {
  /** the files that esbuild read, relative to the project's folder */
  inputs: string[];
  /** the bundle and its source map, by file name */
  files: Record<string, Uint8Array>;
  /** contains the bundle and the licences of the packages in it; the source map would only make it larger */
  zip: Uint8Array;
}

/**
 * Bundles the function and zips it. The same sources produce the same bytes on every machine: dates in the zip are fixed,
 * and fflate's compression, unlike Node's zlib, does not depend on the Node version.
 */
export async function buildFunction({ projectDir, folder }: BuildFunctionProps): Promise<FunctionBuild> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectDir,
    entryPoints: [`${SOURCES}/index.ts`],
    outfile: join(folder, BUNDLE),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // Lambda provides credentials only in the environment. Without the other providers, the bundle is a fifth smaller.
    // The build fails if the SDK imports anything else from this package.
    alias: { "@aws-sdk/credential-provider-node": `./${SOURCES}/default-credentials.ts` },
    // Some dependencies are CommonJS and require Node's built-in modules.
    banner: { js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);' },
    // The build does not depend on tsconfig.json.
    tsconfigRaw: {},
    minify: true,
    legalComments: "none", // the notices contain the licences
    sourcemap: "external",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const code = files[BUNDLE];
  if (!code) throw new Error("esbuild wrote no bundle.");
  const bundled = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
  const notices = Buffer.from(thirdPartyNotices(projectDir, bundled));
  const options = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 } as const;
  const zip = zipSync({ [BUNDLE]: [code, options], [NOTICES]: [notices, options] });
  return { inputs: Object.keys(metafile.inputs), files, zip };
}
