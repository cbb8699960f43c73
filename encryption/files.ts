import { closeSync, constants, openSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";

/** A file cannot be read. The message is one sentence that names it. */
export class FileError extends Error {
  override name = "FileError";

  /** @param code the system's error code, or `ENOTREG` for a folder, device or pipe, or `EFBIG` for a file that is too large */
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * Checks that a file can be read whole, in bounded time and memory: that it is neither a folder, a device nor a pipe, and
 * not too large.
 *
 * @throws FileError
 */
export function assertReadable(file: string, maxBytes: number): void {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new FileError(`${file} is a folder.`, "ENOTREG");
    if (!stats.isFile()) throw new FileError(`${file} is not a regular file.`, "ENOTREG");
    if (stats.size > maxBytes) throw tooLarge(file, maxBytes);
  } catch (error) {
    throw error instanceof FileError ? error : unreadable(file, error as NodeJS.ErrnoException);
  }
}

/**
 * Reads a text file of at most `maxBytes` bytes.
 *
 * @throws FileError
 */
export function readTextFile(file: string, maxBytes: number): string {
  assertReadable(file, maxBytes);
  try {
    // Some files of /proc have the size 0 and any content, so the size alone is no limit.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const buffer = Buffer.alloc(maxBytes + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(descriptor, buffer, length, buffer.length - length, null);
      }
      if (length > maxBytes) throw tooLarge(file, maxBytes);
      return buffer.toString("utf8", 0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof FileError ? error : unreadable(file, error as NodeJS.ErrnoException);
  }
}

const tooLarge = (file: string, maxBytes: number) =>
  new FileError(`${file} is too large: it can have at most ${maxBytes.toLocaleString("en")} bytes.`, "EFBIG");

const unreadable = (file: string, { code = "unknown error" }: NodeJS.ErrnoException) =>
  new FileError(`${file} ${code === "ENOENT" ? "does not exist" : `cannot be read (${code})`}.`, code);

/**
 * Runs an action that writes a file or a folder. An error of the system gets its name, which an error such as "no space left
 * on device" lacks.
 */
export function nameInErrors<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw withPath(error, path);
  }
}

const withPath = (error: unknown, path: string): unknown =>
  error instanceof Error && "syscall" in error && !("path" in error) ? Object.assign(error, { path }) : error;

/** Writes a file. If the disk is full, no half of it remains, and the error names the file. */
export function writeWholeFile(file: string, contents: string | Uint8Array, options?: { mode: number }): void {
  try {
    writeFileSync(file, contents, options);
  } catch (error) {
    // A file that could not even be opened is as it was.
    const isPartial = (error as NodeJS.ErrnoException).syscall !== "open" && statSync(file).isFile();
    if (isPartial) rmSync(file, { force: true });
    throw withPath(error, file);
  }
}

/** Names in plain words for the most common reasons why a file cannot be written. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "the disk quota is exceeded",
  EFBIG: "it would be too large",
  ENOSPC: "no space is left on the disk",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
};

/** An error as one sentence for the user. An error of the system names its file and the reason, instead of a system call. */
export function errorSentence(error: NodeJS.ErrnoException): string {
  if (!error.syscall || !error.path) return error.message;
  const code = error.code ?? "";
  const reason = REASONS[code] ?? /: ([^,]*),/.exec(error.message)?.[1] ?? error.message;
  return `${error.path} cannot be used: ${reason} (${code}).`;
}
