import { join } from "node:path";
import { keptBuild } from "./build-cache";

/** "file.export", as Lambda names a handler */
export const HANDLER = "index.handler";
const ZIP = "function.zip";

/** The function as it is uploaded: a zip of one bundled file. */
export interface FunctionPackage {
  zipFile: string;
  /** hex */
  sha256: string;
  /** as Lambda and `source_code_hash` have it */
  sha256Base64: string;
}

/** Bundles and zips the function, where it is not there already as it would come out. */
export async function packageFunction(projectDir: string): Promise<FunctionPackage> {
  const folder = join(projectDir, "dist", "decrypt-customer-input");
  const { [ZIP]: sha256 } = await keptBuild({
    projectDir,
    folder,
    build: async () => {
      // it loads esbuild and fflate, which a build that is kept has no need of
      const { buildFunction } = await import("./build-function");
      return buildFunction({ projectDir, folder, zip: ZIP });
    },
  });
  if (!sha256) throw new Error("the function was built without a zip");
  return { zipFile: join(folder, ZIP), sha256, sha256Base64: Buffer.from(sha256, "hex").toString("base64") };
}
