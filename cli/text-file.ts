import { createReadStream } from "node:fs";

/**
 * Decodes text in UTF-8 or UTF-16. PowerShell and some exports begin with a byte order mark. The decoder removes it.
 *
 * @throws {TypeError} if the bytes are not such a text
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/**
 * Reads a file or a stream (`undefined`: stdin) of limited size. Returns undefined if it is larger. A file's size is not
 * enough to know that: a pipe or a device has none.
 */
export async function readAtMost(limit: number, name: string | undefined): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of name === undefined ? process.stdin : createReadStream(name)) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
