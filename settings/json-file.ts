import { readFileSync } from "node:fs";

/** A file that cannot be read, or holds no JSON; the text is one sentence. */
export class JsonFileError extends Error {
  override name = "JsonFileError";
}

/**
 * What a file of JSON holds, or {@link JsonFileError}.
 *
 * @param name as the file is told of
 */
export function readJsonFile(path: string, name: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new JsonFileError(code === "EISDIR" ? `${name} is a folder.` : `${name} cannot be read (${code}).`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonFileError(`${name} holds no JSON: it is broken, or another file.`);
  }
}
