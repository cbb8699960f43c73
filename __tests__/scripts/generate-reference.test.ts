import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages, settingRows } from "../../scripts/generate-reference";
import { SETTING_DESCRIPTIONS } from "../../settings/descriptions";
import { FIELD_SCHEMAS } from "../../settings/field-settings";
import { SettingsSchema } from "../../settings/schema";
import { filesBelow, PROJECT_DIR } from "../support/project";

it("docs/reference is what `npm run docs` writes", async () => {
  const pages = await referencePages();
  const files = Object.keys(pages).map((file) => join(PROJECT_DIR, file));
  expect(filesBelow(join(PROJECT_DIR, "docs/reference")).sort()).toEqual(files.sort());
  for (const [file, text] of Object.entries(pages)) expect(readFileSync(join(PROJECT_DIR, file), "utf8")).toBe(text);
});

it("every setting has a description, and every description a setting", () => {
  const rows = [...settingRows(SettingsSchema), ...FIELD_SCHEMAS.flatMap((schema) => settingRows(schema, "fields[]"))];
  const paths = new Set(rows.map(({ path }) => path));
  expect(paths.size).toBeGreaterThan(60);
  expect(Object.keys(SETTING_DESCRIPTIONS).sort()).toEqual([...paths].sort());
  expect(Object.values(SETTING_DESCRIPTIONS)).not.toContain("");
});
