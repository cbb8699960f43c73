import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { settingMessage } from "./messages";
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

/** Returns its argument. It gives the configuration its type in an editor. */
export const defineConfig = (config: IvrConfig): IvrConfig => config;

/**
 * Validates a configuration, or throws one {@link SettingsError} that lists all problems.
 *
 * @param file name of the configuration file, for the message
 */
export function parseSettings(config: unknown, file: string): Settings {
  const result = SettingsSchema.safeParse(config, { error: settingMessage });
  if (result.success) return result.data;
  // Later issues of a setting mostly follow from its first one.
  const firstIssues = new Map(result.error.issues.toReversed().map((issue) => [issue.path.join("."), issue]));
  const problems = [...firstIssues]
    .reverse()
    .map(([setting, { message }]) => `${setting || "the configuration"}: ${message}`);
  throw new SettingsError(`${file} cannot be used: ${problems.join("; ")}.`);
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
  const isJson = file.endsWith(".json");
  const loaded = loadModule(file);
  const config = isJson ? loaded : defaultExport(loaded);
  if (!PlainObject.safeParse(config).success) {
    const remedy = isJson ? "write an object, { … }" : 'write "export default defineConfig({ … })"';
    throw new SettingsError(`${name} contains no configuration: ${remedy}.`);
  }
  return parseSettings(config, name);
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
