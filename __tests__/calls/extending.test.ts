import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { copyOfProject, PROJECT_DIR, runCommand, temporaryFolder } from "../support/project";

// docs/extending.md, step by step, in a copy of the project.
const folder = temporaryFolder();
let project: string;
beforeAll(async () => {
  project = copyOfProject(join(folder, "project"));
  writeKeyPair(join(project, ".ivr/keys/local"), await smallKeyPair());
});

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(join(project, file), change(readFileSync(join(project, file), "utf8")));
const call = (keys: string) => {
  const args = ["--import", "tsx", "cli/ivr.ts", "call", "--json", "--keys", keys];
  const { stdout, stderr } = runCommand(process.execPath, args, { cwd: project });
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line || "{}"));
  const prompts = events.flatMap(({ type, text }) => (type === "prompt" ? [text] : []));
  return { prompts, end: events.at(-1), stderr };
};
const typeCheck = () => runCommand(join(PROJECT_DIR, "node_modules/.bin/tsc"), ["--noEmit", "-p", project]);

it("a field is one line, and a check is one file", () => {
  const fields = 'fields: ["cardNumber", "expiryDate", "securityCode"],';
  const line = 'fields: [digits("accountNumber", { min: 6, max: 10, prompt: "Your account number, then pound." })],';
  edit("ivr.config.ts", (text) => {
    expect(text).toContain(fields);
    return text.replace(fields, line).replace("{ defineConfig }", "{ defineConfig, digits }");
  });
  edit("contract/check-digits.ts", (text) =>
    text
      .replace(
        "/** The rules that",
        "const even: HasValidCheckDigit = (digits) => Number(digits.at(-1)) % 2 === 0;\n\n/** The rules that",
      )
      .replace("{ luhn,", "{ even, luhn,"),
  );
  edit("ivr.config.ts", (text) => text.replace("max: 10,", 'max: 10, check: "even",'));
  const { prompts, end } = call("12# 1234567# 123456#");
  expect(prompts[0]).toMatch(/^Welcome.* Your account number, then pound\.$/);
  expect(prompts[1]).toBe("That number is too short. Your account number, then pound.");
  expect(prompts[2]).toBe("That number is not valid. Your account number, then pound.");
  expect(end).toMatchObject({ outcome: "accepted" });
});

it("a language is one file, in which nothing may be missing", () => {
  const german = (text: string) => text.replace("Welcome.", "Willkommen.").replace("Joanna", "Vicki");
  writeFileSync(
    join(project, "flows/languages/de-DE.ts"),
    german(readFileSync(join(project, "flows/languages/en-US.ts"), "utf8")),
  );
  edit("ivr.config.ts", (text) => text.replace("export default defineConfig({", '$&\n  languages: ["de-DE"],'));
  expect(call("123456#").prompts[0]).toMatch(/^Willkommen\./);
  edit("flows/languages/de-DE.ts", (text) => text.replace(/ {6}expired:\n.*\n/, ""));
  const { code, stdout } = typeCheck();
  expect(code).not.toBe(0);
  expect(stdout.match(/error TS/g)).toHaveLength(1); // all else compiles
  expect(stdout).toMatch(/de-DE\.ts[\s\S]*Property 'expired' is missing/);
  expect(call("").stderr).toBe(
    "flows/languages/de-DE.ts has no valid fields.expiryDate.expired: write it as en-US.ts does.\n",
  );
  edit("flows/languages/de-DE.ts", (text) => text.replace("export default", "export const language ="));
  expect(call("").stderr).toBe(
    'flows/languages/de-DE.ts exports no language: end it with "export default", as en-US.ts does.\n',
  );
});

it("a language's file has a code for its name", () => {
  const folder = join(project, "flows/languages");
  writeFileSync(join(folder, "german.ts"), readFileSync(join(folder, "en-US.ts"), "utf8"));
  edit("ivr.config.ts", (text) => text.replace('languages: ["de-DE"]', 'languages: ["german"]'));
  expect(call("").stderr).toContain(
    "languages.0: must be one of de-DE, en-US, ja-JP: a new language needs a file in flows/languages with a name such as de-DE.ts.",
  );
});
