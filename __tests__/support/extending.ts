import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "./key-pairs";
import { copyOfProject, PROJECT_DIR, runCommand } from "./project";

/** A copy of the project in which a test follows docs/extending.md. */
export class ExtendedProject {
  private constructor(readonly folder: string) {}

  static async create(folder: string): Promise<ExtendedProject> {
    writeKeyPair(join(copyOfProject(folder), ".ivr/keys/local"), await smallKeyPair());
    return new ExtendedProject(folder);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  edit(file: string, change: (text: string) => string): void {
    this.write(file, change(this.read(file)));
  }

  call(keys: string) {
    const args = ["--import", "tsx", "cli/ivr.ts", "call", "--json", "--keys", keys];
    const { stdout, stderr } = runCommand(process.execPath, args, { cwd: this.folder });
    const lines = stdout.trim().split("\n");
    const events = lines.map((line) => JSON.parse(line || "{}"));
    const prompts = events.flatMap(({ type, text }) => (type === "prompt" ? [text] : []));
    return { prompts, end: events.at(-1), stderr };
  }

  typeCheck() {
    return runCommand(join(PROJECT_DIR, "node_modules/.bin/tsc"), ["--noEmit", "-p", this.folder]);
  }

  /** Adds the field that docs/extending.md describes, with a check of its own. */
  addField(): void {
    const fields = 'fields: ["cardNumber", "expiryDate", "securityCode"],';
    const prompt = 'prompt: "Your account number, then pound."';
    const line = `fields: [digits("accountNumber", { min: 6, max: 10, check: "even", ${prompt} })],`;
    this.edit("ivr.config.ts", (text) => {
      expect(text).toContain(fields);
      return text.replace(fields, line).replace("{ defineConfig }", "{ defineConfig, digits }");
    });
    this.edit("contract/check-digits.ts", (text) =>
      text
        .replace(
          "/** The rules that",
          "const even: HasValidCheckDigit = (digits) => Number(digits.at(-1)) % 2 === 0;\n\n/** The rules that",
        )
        .replace("{ luhn,", "{ even, luhn,"),
    );
  }
}
