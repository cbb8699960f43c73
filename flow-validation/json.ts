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
  const waiting: [value: unknown, depth: number][] = [[json, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > MAX_DEPTH) return true;
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
  return false;
}

/** Every scalar within a value, with its path. */
export function leaves(value: unknown, path: string): [path: string, value: unknown][] {
  const found: [string, unknown][] = [];
  const collect = (inner: unknown, at: string): void => {
    if (typeof inner !== "object" || inner === null) found.push([at, inner]);
    else if (Array.isArray(inner)) for (const [index, each] of inner.entries()) collect(each, `${at}[${index}]`);
    else for (const [name, each] of Object.entries(inner)) collect(each, `${at}.${name}`);
  };
  collect(value, path);
  return found;
}
