import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "./key-pairs";
import { copyOfProject, type Run, runCommand } from "./project";

/** A copy of the project with a local key pair, for tests that run the command `call` in a process. */
export class CallProject {
  private constructor(readonly folder: string) {}

  static async create(folder: string): Promise<CallProject> {
    const project = new CallProject(copyOfProject(folder));
    writeKeyPair(join(folder, ".ivr/keys/local"), await smallKeyPair());
    // With the real time limits, the tests would depend on the speed of the machine.
    project.edit("cli/call.ts", "new Deployment()", "new Deployment({ timeLimitFactor: 20 })");
    return project;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  edit(file: string, found: string | RegExp, replacement: string): void {
    const text = this.read(file);
    const edited = text.replace(found, replacement);
    if (edited === text) throw new Error(`${file} does not contain ${found}`);
    this.write(file, edited);
  }

  ivr(args: readonly string[], env: Record<string, string> = {}): Run {
    return runCommand(process.execPath, [...IVR, ...args], { cwd: this.folder, env });
  }
}

/** Arguments of Node.js that run the command in the folder of a project. */
export const IVR = ["--import", "tsx", "cli/ivr.ts"] as const;

/** Parses the output of `call --json`: one object per line. */
export const eventsIn = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
