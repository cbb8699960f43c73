import { closeSync, openSync, readSync } from "node:fs";

/** The name of a file that means stdin. */
export const STDIN = "-";
const STDIN_DESCRIPTOR = 0;
export const MEGABYTE = 1024 * 1024;

/** Reads a file or stdin, but no more than is needed to know that it has more than `limit` bytes. */
export function readStart(name: string, limit: number): Buffer {
  const descriptor = name === STDIN ? STDIN_DESCRIPTOR : openSync(name, "r");
  const chunks: Buffer[] = [];
  try {
    for (let total = 0; total <= limit; ) {
      const chunk = Buffer.alloc(MEGABYTE);
      const length = readSync(descriptor, chunk);
      if (length === 0) break;
      chunks.push(chunk.subarray(0, length));
      total += length;
    }
  } finally {
    if (descriptor !== STDIN_DESCRIPTOR) closeSync(descriptor);
  }
  return Buffer.concat(chunks);
}

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
