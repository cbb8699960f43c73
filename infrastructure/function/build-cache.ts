import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";

export interface Build {
  /** files that went into it, and those that say how it is made; relative to the project's folder */
  inputs: readonly string[];
  /** contents of the files that came out of it, by name */
  outputs: Readonly<Record<string, Uint8Array>>;
}

export interface KeptBuildProps {
  projectDir: string;
  /** where the files that come out are kept */
  folder: string;
  build: () => Promise<Build>;
}

/** What is remembered of a build, beside its files. Digests are SHA-256, hex. */
interface BuildRecord {
  inputs: readonly string[];
  inputsDigest: string;
  /** by name */
  outputs: Readonly<Record<string, string>>;
}

const RECORD = "build.json";
const PACKAGE = "package.json";
const MODULES = "node_modules";
/** By so much at most the times in a file system lag behind: they go by ticks of the system's clock. */
const TICK_MILLISECONDS = 20;

/**
 * Builds, unless the last build is there, whole, and would come out the same again. Answers with the digests (SHA-256,
 * hex) of the folder's files, by name.
 */
export async function keptBuild({ projectDir, folder, build }: KeptBuildProps): Promise<BuildRecord["outputs"]> {
  const kept = outputsOfLastBuild(folder, projectDir);
  if (kept) return kept;
  const started = Date.now();
  const { inputs, outputs: files } = await build();
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) replaceFile(join(folder, name), contents);
  const outputs = Object.fromEntries(Object.entries(files).map(([name, contents]) => [name, sha256(contents)]));
  const record: BuildRecord = { inputs, inputsDigest: digestOf(inputs, projectDir), outputs };
  // What changed since was perhaps built as it was before, and digested as it is now.
  if (!changedSince(started, inputs, projectDir)) replaceFile(join(folder, RECORD), JSON.stringify(record));
  return outputs;
}

/** Nothing where the last build is not there, or not to be used; a file that cannot be read is one that has changed. */
function outputsOfLastBuild(folder: string, projectDir: string): BuildRecord["outputs"] | undefined {
  try {
    const record: BuildRecord = JSON.parse(readFileSync(join(folder, RECORD), "utf8"));
    const whole = Object.entries(record.outputs).every(
      ([name, digest]) => sha256(readFileSync(join(folder, name))) === digest,
    );
    return whole && digestOf(record.inputs, projectDir) === record.inputsDigest ? record.outputs : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Of all that decides what is built: what the files hold, and which others there are around them, for a new one may be
 * found in the place of an old one (`a.tsx` before `a.ts`, a package in a nearer `node_modules`).
 */
function digestOf(inputs: readonly string[], projectDir: string): string {
  const hash = createHash("sha256");
  const add = (path: string, contents: string | Uint8Array) =>
    hash.update(JSON.stringify([path, contents.length])).update(contents);
  const files = pathsOf(inputs, projectDir);
  for (const file of files) add(file, readFileSync(file));
  for (const folder of foldersOf(files, projectDir)) {
    const names = readdirSync(folder).sort();
    add(folder, JSON.stringify(names));
    // tells which file an import of its folder is
    if (names.includes(PACKAGE)) add(join(folder, PACKAGE), readFileSync(join(folder, PACKAGE)));
  }
  return hash.digest("hex");
}

const pathsOf = (inputs: readonly string[], projectDir: string) => inputs.map((input) => resolve(projectDir, input));

/** The folders of files and those above them, as far as they are below the project's or below `node_modules`. */
function foldersOf(files: readonly string[], projectDir: string): ReadonlySet<string> {
  const isBelow = (folder: string) =>
    basename(folder) !== MODULES && (folder.startsWith(projectDir + sep) || folder.includes(MODULES + sep));
  const folders = new Set<string>();
  for (const file of files) {
    let folder = dirname(file);
    for (; isBelow(folder) && !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return folders;
}

/** By the times of change that no program can set. */
function changedSince(time: number, inputs: readonly string[], projectDir: string): boolean {
  const files = pathsOf(inputs, projectDir);
  return [...files, ...foldersOf(files, projectDir)].some((path) => statSync(path).ctimeMs >= time - TICK_MILLISECONDS);
}

const sha256 = (contents: Uint8Array) => createHash("sha256").update(contents).digest("hex");

/** In one step, for whoever reads the file at the same time. */
function replaceFile(file: string, contents: string | Uint8Array): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, file);
}
