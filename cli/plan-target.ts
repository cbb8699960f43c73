import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Where an option's file goes. Throws a sentence where it cannot be written, before anything is made for it. */
export function targetOf(option: string, name: string): string {
  const refuse = (why: string): never => {
    throw new Error(`${option} ${name === "" ? '""' : name} ${why}.`);
  };
  if (name === "") refuse("names no file");
  const file = resolve(name);
  const folder = dirname(file);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) refuse("is a folder: name a file in it");
  if (!found && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    refuse(`cannot be written: there is no folder ${folder}`);
  }
  try {
    accessSync(found ? file : folder, constants.W_OK);
  } catch {
    refuse(`cannot be written: ${found ? "the file" : `the folder ${folder}`} is not yours to write`);
  }
  return file;
}
