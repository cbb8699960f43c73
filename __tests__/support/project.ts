import { spawnSync } from "node:child_process";
import {
  cpSync,
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
import { join, resolve } from "node:path";

export const PROJECT_DIR = resolve(__dirname, "../..");
const TSX = require.resolve("tsx");

/** A folder of the test file's own, removed after its last test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ivr-test-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The project's sources in a folder of their own, with this one's packages. */
export function copyOfProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const part of SOURCES) cpSync(join(PROJECT_DIR, part), join(folder, part), { recursive: true });
  symlinkSync(join(PROJECT_DIR, "node_modules"), join(folder, "node_modules"));
  return folder;
}
const SOURCES = [
  ...["main.ts", "ivr.config.ts", "cdktf.json", "package.json", "tsconfig.json"],
  ...["cli", "contract", "deployment-checks", "encryption", "flow-validation", "flows", "functions", "infrastructure"],
  ...["plan-review", "rotation", "settings", "simulator"],
];

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

/** The real command, in a process of its own, without a terminal. */
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

/** `npm run ivr -- …` */
export const ivr = (args: string[], options?: RunOptions): Run =>
  runCommand(process.execPath, ["--import", TSX, join(PROJECT_DIR, "cli/ivr.ts"), ...args], options);

export const isInstalled = (command: string, args: string[]): boolean => spawnSync(command, args).status === 0;

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

export const readJson = (file: string) => JSON.parse(readFileSync(file, "utf8"));
