import { MAX_PATH_CHARACTERS } from "./printable";

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path such as `InputEncryption.Key`. Inherited properties do not count. */
export function valueAt(value: unknown, path: string): unknown {
  for (const name of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

export const stringAt = (value: unknown, path: string): string | undefined => {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
};

/** Exported flows nest about 10 levels deep. A limit is needed because {@link visitLeaves} is recursive. */
export const MAX_DEPTH = 100;

export function isTooDeep(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    const next: object[] = [];
    for (const container of level) {
      for (const inner of Object.values(container)) if (isContainer(inner)) next.push(inner);
    }
    level = next;
  }
  return false;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * Calls a function with every scalar within a value and with the scalar's path.
 *
 * @param path of the value; "" for a root, so that `Actions[0].Type` is a path within it
 */
export function visitLeaves(value: unknown, path: string, visit: (path: string, scalar: unknown) => void): void {
  if (!isContainer(value)) visit(path, value);
  else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) visitLeaves(inner, extended(path, `[${index}]`), visit);
  } else {
    for (const [name, inner] of Object.entries(value)) visitLeaves(inner, extended(path, name, "."), visit);
  }
}

/** Long paths are not printed in full. Names of any length, repeated for each scalar below them, would take memory. */
const extended = (path: string, part: string, separator = ""): string =>
  path.length > MAX_PATH_CHARACTERS
    ? path
    : `${path}${path === "" ? "" : separator}${part.slice(0, MAX_PATH_CHARACTERS + 1)}`;

/** Every scalar within a value, with its path. */
export function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  const found: [string, unknown][] = [];
  visitLeaves(value, path, (at, scalar) => found.push([at, scalar]));
  return found;
}
