export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands at a path such as `InputEncryption.Key`; never what an object inherits. */
export function at(value: unknown, path: string): unknown {
  for (const name of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

export const textAt = (value: unknown, path: string): string | undefined => {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
};

/** Terraform's references, and the marks of templates: they count as whatever is needed. */
export const isFilledInLater = (text: string): boolean => /\$\{|\{\{|<</.test(text);

/** No flow of the designer's comes near it; what nests deeper would end the checks that go down by recursion. */
const DEEPEST = 100;

export function isTooDeep(json: unknown): boolean {
  const waiting: [value: unknown, depth: number][] = [[json, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > DEEPEST) return true;
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
  return false;
}

/** Every string and other scalar below a value, with its path. */
export function* leaves(value: unknown, path: string): Generator<[path: string, value: unknown]> {
  if (typeof value !== "object" || value === null) yield [path, value];
  else if (Array.isArray(value))
    for (const [index, inner] of value.entries()) yield* leaves(inner, `${path}[${index}]`);
  else for (const [name, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${name}`);
}
