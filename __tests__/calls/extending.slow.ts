import { join } from "node:path";
import { ExtendedProject } from "../support/extending";
import { temporaryFolder } from "../support/project";

// Follows docs/extending.md step by step, in a copy of the project.
const folder = temporaryFolder();
let project: ExtendedProject;
beforeAll(async () => {
  project = await ExtendedProject.create(join(folder, "project"));
  project.addField();
});

it("a language needs one file, in which nothing may be missing", () => {
  const german = (text: string) => text.replace("Welcome.", "Willkommen.").replace("Joanna", "Vicki");
  project.write("flows/languages/de-DE.ts", german(project.read("flows/languages/en-US.ts")));
  project.edit("ivr.config.ts", (text) => text.replace("export default defineConfig({", '$&\n  languages: ["de-DE"],'));
  expect(project.call("123456#").prompts[0]).toMatch(/^Willkommen\./);
  project.edit("flows/languages/de-DE.ts", (text) => text.replace(/ {6}expired:\n.*\n/, ""));
  const { code, stdout } = project.typeCheck();
  expect(code).not.toBe(0);
  expect(stdout.match(/error TS/g)).toHaveLength(1); // everything else compiles
  expect(stdout).toMatch(/de-DE\.ts[\s\S]*Property 'expired' is missing/);
  expect(project.call("").stderr).toBe(
    "flows/languages/de-DE.ts lacks fields.expiryDate.expired: add what en-US.ts has there.\n",
  );
  project.edit("flows/languages/de-DE.ts", (text) => text.replace("export default", "export const language ="));
  expect(project.call("").stderr).toBe(
    'flows/languages/de-DE.ts exports no language: end it with "export default", as en-US.ts does.\n',
  );
});

it("the name of a language's file must be a language code", () => {
  project.write("flows/languages/german.ts", project.read("flows/languages/en-US.ts"));
  project.edit("ivr.config.ts", (text) => text.replace('languages: ["de-DE"]', 'languages: ["german"]'));
  expect(project.call("").stderr).toContain(
    "languages.0: must be one of de-DE, en-US, ja-JP: a file in flows/languages for each, with a code such as de-DE for its name.",
  );
});
