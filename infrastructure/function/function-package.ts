import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** file and export of the handler, in Lambda's format */
export const HANDLER = "index.handler";
const ZIP = "function.zip";
const BUILD_RECORD = "build.json";

/** The only folders of the project that the function imports. */
const SOURCE_FOLDERS = ["contract", "encryption", "functions"];
const BUILD_SCRIPTS = ["build-function.ts", "third-party-notices.ts"];
/** npm writes it after each installation. Unlike package-lock.json, it always lists the packages that are installed. */
const INSTALLED_PACKAGES = "node_modules/.package-lock.json";

/** The zip that is uploaded to Lambda. */
export interface FunctionPackage {
  zipFile: string;
  /** hex */
  sha256: string;
  /** base64, as Lambda's API and Terraform's `source_code_hash` */
  sha256Base64: string;
}

/**
 * Bundles and zips the function. A build takes about as long as the rest of a synthesis, so the last build is reused while
 * the sources, the installed packages and the build script are unchanged. An edit inside node_modules is not detected:
 * delete the folder `dist` after it.
 */
export async function packageFunction(projectDir: string): Promise<FunctionPackage> {
  const folder = join(projectDir, "dist", "decrypt-customer-input");
  const key = buildKey(projectDir);
  const sha256 = reusableZip(folder, key) ?? (await build(projectDir, folder, key));
  return { zipFile: join(folder, ZIP), sha256, sha256Base64: Buffer.from(sha256, "hex").toString("base64") };
}

/** A hash of everything that the build depends on; undefined if the installed packages are unknown. */
function buildKey(projectDir: string): string | undefined {
  if (!existsSync(join(projectDir, INSTALLED_PACKAGES))) return undefined;
  const sources = SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(projectDir, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const hash = createHash("sha256");
  for (const script of BUILD_SCRIPTS) hash.update(readFileSync(join(__dirname, script)));
  for (const name of [...sources.sort(), "package.json", INSTALLED_PACKAGES]) {
    const file = join(projectDir, name);
    if (statSync(file).isFile()) hash.update(`${name} ${sha256Of(readFileSync(file))}\n`);
  }
  return hash.digest("hex");
}

/** The hash of the last build's zip; undefined if the zip is missing or damaged, or was built with another key. */
function reusableZip(folder: string, key: string | undefined): string | undefined {
  try {
    const sha256 = sha256Of(readFileSync(join(folder, ZIP)));
    return key && readFileSync(join(folder, BUILD_RECORD), "utf8") === buildRecord(key, sha256) ? sha256 : undefined;
  } catch {
    return undefined;
  }
}

async function build(projectDir: string, folder: string, key: string | undefined): Promise<string> {
  // Imported here because it loads esbuild, which a reused build does not need.
  const { buildFunction } = await import("./build-function");
  const { inputs, files, zip } = await buildFunction({ projectDir, folder });
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries({ ...files, [ZIP]: zip })) replaceFile(join(folder, name), contents);
  const sha256 = sha256Of(zip);
  const isHashed = (file: string) =>
    file.includes("node_modules/") || SOURCE_FOLDERS.some((name) => file.startsWith(`${name}/`));
  // If a source changed during the build, the zip may contain either version.
  if (key && inputs.every(isHashed) && buildKey(projectDir) === key) {
    replaceFile(join(folder, BUILD_RECORD), buildRecord(key, sha256));
  }
  return sha256;
}

const buildRecord = (key: string, sha256: string) => JSON.stringify({ key, zip: sha256 });

const sha256Of = (contents: string | Uint8Array) => createHash("sha256").update(contents).digest("hex");

/** Renames a complete file into place, because another process may read or build at the same time. */
function replaceFile(file: string, contents: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}
