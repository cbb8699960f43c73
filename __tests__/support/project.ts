import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const PROJECT_DIR = resolve(__dirname, "../..");
const TSX = require.resolve("tsx");

/** A new folder, which is removed after the last test of the file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ivr-test-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Copies the project's sources and the built function to a folder, and links node_modules. */
export function copyOfProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of SOURCES) cpSync(join(PROJECT_DIR, name), join(folder, name), { recursive: true });
  for (const name of BUILT.filter((name) => existsSync(join(PROJECT_DIR, name)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(PROJECT_DIR, name), join(folder, name));
  }
  symlinkSync(join(PROJECT_DIR, "node_modules"), join(folder, "node_modules"));
  return folder;
}
const SOURCES = [
  ...["main.ts", "ivr.config.ts", "cdktf.json", "package.json", "tsconfig.json"],
  ...["cli", "contract", "deployment-checks", "encryption", "flow-validation", "flows", "functions", "infrastructure"],
  ...["plan-review", "rotation", "settings", "simulator"],
];
/** A copy reuses the build unless a test changes its sources. */
const BUILT = ["function.zip", "build.json"].map((name) => join("dist/decrypt-customer-input", name));

/** The result of a process. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** Runs a command in a process without a terminal, and waits for its end. */
export function runCommand(
  command: string,
  args: string[],
  { cwd = PROJECT_DIR, env = {}, input = "" }: RunOptions = {},
): Run {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    input,
    encoding: "utf8",
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/** Runs Terraform without its check for updates. */
export const terraform = (cwd: string, args: string[], env: Record<string, string> = {}): Run =>
  runCommand("terraform", [...args, "-no-color"], {
    cwd,
    env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...env },
  });

/** Runs `npm run ivr -- …`. */
export const ivr = (args: string[], options?: RunOptions): Run =>
  runCommand(process.execPath, ["--import", TSX, join(PROJECT_DIR, "cli/ivr.ts"), ...args], options);

export const isInstalled = (command: string, args: string[]): boolean => spawnSync(command, args).status === 0;

/** Every file in a folder and its subfolders. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

export const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));
