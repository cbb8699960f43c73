import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { assertReadable, FileError } from "../encryption/files";
import { settingMessage, shortened } from "./messages";
import { SettingsSchema } from "./schema";

export { digits } from "./field-settings";
export type { KeyPairSetting } from "./key-pair-settings";

/** What a user writes in ivr.config.ts. */
export type IvrConfig = z.input<typeof SettingsSchema>;
/** A valid configuration with every default filled in. */
export type Settings = z.output<typeof SettingsSchema>;

/** A configuration that cannot be used. The message is one sentence. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** More problems than a person corrects in one go are counted only. */
const MAX_PROBLEMS = 20;
/** Validating each of very many values would take minutes. */
const MAX_VALUES = 10_000;
/** A flow has at most 256,000 characters, so that no configuration needs as much. */
const MAX_CONFIG_BYTES = 1_000_000;

/** Returns its argument. It gives the configuration its type in an editor. */
export const defineConfig = (config: IvrConfig): IvrConfig => config;

/**
 * Validates a configuration, or throws one {@link SettingsError} that lists all problems.
 *
 * @param file name of the configuration file, for the message
 */
export function parseSettings(config: unknown, file: string): Settings {
  const tooMany = settingWithTooManyValues(config);
  if (tooMany !== undefined) {
    throw new SettingsError(
      `${file} cannot be used: ${shortened(tooMany)}: has more than ${MAX_VALUES.toLocaleString("en")} values, which is more than any setting allows.`,
    );
  }
  const result = SettingsSchema.safeParse(config, { error: settingMessage });
  if (result.success) return result.data;
  // Later issues of a setting mostly follow from its first one.
  const firstIssues = new Map(result.error.issues.toReversed().map((issue) => [issue.path.join("."), issue]));
  const problems = [...firstIssues.values()].reverse();
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ path, message }) => `${settingName(path)}: ${message}`);
  const others = problems.length - shown.length;
  const end = others > 0 ? `; and ${others} more ${others === 1 ? "problem" : "problems"}` : "";
  throw new SettingsError(`${file} cannot be used: ${shown.join("; ")}${end}.`);
}

const settingName = (path: readonly PropertyKey[]): string =>
  path.map((segment) => shortened(String(segment))).join(".") || "the configuration";

/** Name of the first setting that contains too many values, at any depth. */
function settingWithTooManyValues(config: unknown): string | undefined {
  if (typeof config !== "object" || config === null) return undefined;
  const names = Object.keys(config);
  if (names.length > MAX_VALUES) return "the configuration";
  return Object.entries(config).find(([, value]) => hasTooManyValues(value))?.[0];
}

function hasTooManyValues(setting: unknown): boolean {
  const values = [setting];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.values(value);
    if (values.length + inner.length > MAX_VALUES) return true;
    values.push(...inner);
  }
  return false;
}

/** Absolute path of the configuration file: `IVR_CONFIG`, or `ivr.config.ts` by default. */
export const configFile = (environment: Readonly<Record<string, string | undefined>>): string =>
  resolve(environment.IVR_CONFIG || "ivr.config.ts");

const PlainObject = z.record(z.string(), z.unknown());

/** Reads a configuration file (TypeScript, JavaScript or JSON), or throws {@link SettingsError}. */
export function loadSettings(file: string): Settings {
  const name = basename(file);
  if (!existsSync(file)) {
    throw new SettingsError(
      `${file} does not exist: create it, or set IVR_CONFIG to the name of your configuration file.`,
    );
  }
  if (!/\.([cm]?[jt]s|json)$/.test(file)) {
    throw new SettingsError(`${name} cannot be read: a configuration is a TypeScript, JavaScript or JSON file.`);
  }
  // The TypeScript loader resolves a .js file to the .ts file of the same name.
  const twin = file.replace(/\.([cm]?)js$/, ".$1ts");
  if (twin !== file && existsSync(twin)) {
    throw new SettingsError(
      `${name} cannot be read because ${basename(twin)} beside it would be read instead: rename one of the two.`,
    );
  }
  assertConfigReadable(file);
  const isJson = file.endsWith(".json");
  const loaded = loadModule(file);
  const config = isJson ? loaded : defaultExport(loaded);
  if (!PlainObject.safeParse(config).success) {
    const remedy = isJson ? "write an object, { … }" : 'write "export default defineConfig({ … })"';
    throw new SettingsError(`${name} contains no configuration: ${remedy}.`);
  }
  return parseSettings(config, name);
}

function assertConfigReadable(file: string): void {
  try {
    assertReadable(file, MAX_CONFIG_BYTES);
  } catch (error) {
    throw error instanceof FileError ? new SettingsError(error.message) : error;
  }
}

function loadModule(file: string): unknown {
  try {
    return require(file);
  } catch (error) {
    throw new SettingsError(loadProblem(file, String((error as Error | undefined)?.message ?? error)));
  }
}

/** The module that defined `defineConfig` before it moved to `settings/`. */
const FORMER_MODULE = /Cannot find module '([^']*\binfrastructure\/settings)'/;

function loadProblem(file: string, message: string): string {
  const name = basename(file);
  const [, former] = FORMER_MODULE.exec(message) ?? [];
  if (former) {
    return `${name} imports ${former}, which is now ${former.replace("infrastructure/settings", "settings")}: change the import.`;
  }
  // esbuild's messages have the position and the reason on their second line.
  const [summary = "", detail = ""] = message.split("\n");
  return `${name} cannot be read: ${summary.endsWith(":") ? detail.replace(`${file}:`, "line ") : summary}`;
}

/** The default export of an ES module, or all exports of a CommonJS module that has any. */
function defaultExport(loaded: unknown): unknown {
  if (loaded === null || typeof loaded !== "object") return loaded;
  if ("default" in loaded) return loaded.default;
  return Object.keys(loaded).length > 0 ? loaded : undefined;
}
