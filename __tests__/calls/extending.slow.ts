import { join } from "node:path";
import { CallProject, eventsIn } from "../support/call-project";
import { addField } from "../support/extending";
import { PROJECT_DIR, runCommand, temporaryFolder } from "../support/project";

// Follows docs/extending.md step by step, in a copy of the project.
const folder = temporaryFolder();
let project: CallProject;
beforeAll(async () => {
  project = await CallProject.create(join(folder, "project"));
  addField(project);
});
const call = (keys: string) => project.ivr(["call", "--json", "--keys", keys]);

it("a language needs one file, in which nothing may be missing", () => {
  project.write("flows/languages/de-DE.ts", project.read("flows/languages/en-US.ts"));
  project.edit("flows/languages/de-DE.ts", "Welcome.", "Willkommen.");
  project.edit("flows/languages/de-DE.ts", "Joanna", "Vicki");
  project.edit("ivr.config.ts", "export default defineConfig({", '$&\n  languages: ["de-DE"],');
  const prompt = eventsIn(call("123456#").stdout).find(({ type }) => type === "prompt");
  expect(prompt.text).toMatch(/^Willkommen\./);

  project.edit("flows/languages/de-DE.ts", / {6}expired:\n.*\n/, "");
  const { code, stdout } = runCommand(join(PROJECT_DIR, "node_modules/.bin/tsc"), ["--noEmit", "-p", project.folder]);
  expect(code).not.toBe(0);
  expect(stdout.match(/error TS/g)).toHaveLength(1); // everything else compiles
  expect(stdout).toMatch(/de-DE\.ts[\s\S]*Property 'expired' is missing/);
  expect(call("").stderr).toBe(
    "flows/languages/de-DE.ts has no valid fields.expiryDate.expired: write it as en-US.ts does.\n",
  );

  project.edit("flows/languages/de-DE.ts", "export default", "export const language =");
  expect(call("").stderr).toBe(
    'flows/languages/de-DE.ts exports no language: end it with "export default", as en-US.ts does.\n',
  );
});

it("the name of a language's file must be a language code", () => {
  project.write("flows/languages/german.ts", project.read("flows/languages/en-US.ts"));
  project.edit("ivr.config.ts", 'languages: ["de-DE"]', 'languages: ["german"]');
  expect(call("").stderr).toContain(
    "languages.0: must be one of de-DE, en-US, ja-JP: a new language needs a file in flows/languages with a name such as de-DE.ts.",
  );
});
