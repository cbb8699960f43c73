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

/** Exported flows nest about 10 levels deep. A limit is needed because {@link leaves} is recursive. */
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

/** Every scalar within a value, with its path. */
export function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  const found: [string, unknown][] = [];
  const collect = (inner: unknown, at: string): void => {
    if (!isContainer(inner)) found.push([at, inner]);
    else if (Array.isArray(inner)) for (const [index, each] of inner.entries()) collect(each, extendedPath(at, index));
    else for (const [name, each] of Object.entries(inner)) collect(each, extendedPath(at, name));
  };
  collect(value, path);
  return found;
}

/**
 * The path of a value within another. No more of it than is printed: names of any length, repeated for each scalar within
 * them, would take memory.
 *
 * @param path of the other value; "" for the root
 */
export function extendedPath(path: string, name: string | number): string {
  if (path.length > MAX_PATH_CHARACTERS) return path;
  if (typeof name === "number") return `${path}[${name}]`;
  const short = name.slice(0, MAX_PATH_CHARACTERS + 1);
  return path === "" ? short : `${path}.${short}`;
}
