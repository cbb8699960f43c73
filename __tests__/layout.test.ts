import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, PROJECT_DIR } from "./support/project";

/** Which folder may import which others. CONTRIBUTING.md shows the same. */
const MAY_IMPORT: Record<string, string[]> = {
  contract: [],
  encryption: [],
  flows: ["contract"],
  "flow-validation": ["flows"],
  functions: ["encryption", "contract"],
  settings: ["flows", "encryption", "contract"],
  infrastructure: ["settings", "flows", "flow-validation", "encryption", "contract"],
  rotation: ["settings", "encryption", "contract"],
  simulator: ["encryption", "contract", "flows"],
  "plan-review": ["flows", "flow-validation", "contract"],
  "deployment-checks": ["settings", "encryption", "contract"],
  cli: [
    ...["deployment-checks", "simulator", "infrastructure", "rotation", "settings", "flow-validation", "encryption"],
    ...["plan-review", "contract"],
  ],
};
const FOLDERS = Object.keys(MAY_IMPORT);
const sources = FOLDERS.flatMap((folder) => filesBelow(join(PROJECT_DIR, folder))).map((file) =>
  file.slice(PROJECT_DIR.length + 1),
);
const folderOf = (file: string) => FOLDERS.find((folder) => file.startsWith(`${folder}/`));

interface Import {
  from: string;
  to: string;
}
/** Reads the text, so that type imports count, which a bundler removes. */
const imports: Import[] = [...sources, "main.ts"].flatMap((from) =>
  [...readFileSync(join(PROJECT_DIR, from), "utf8").matchAll(/(?:from|import|import\(|require\()\s*"([^"]+)"/g)].map(
    ([, path = ""]) => ({ from, to: path.startsWith(".") ? `${join(dirname(from), path)}.ts` : path }),
  ),
);

it("imports between folders go in the allowed directions only", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    return here && there && here !== there && !MAY_IMPORT[here]?.includes(there);
  });
  expect(wrong).toEqual([]);
  expect(imports.some(({ from, to }) => folderOf(from) === "functions" && folderOf(to) === "encryption")).toBe(true);
});

it("only infrastructure/ imports cdktf", () => {
  const cdktf = imports.filter(({ to }) => /^(cdktf|constructs|@cdktf\/)/.test(to));
  expect(cdktf.filter(({ from }) => folderOf(from) !== "infrastructure" && from !== "main.ts")).toEqual([]);
  expect(cdktf.length).toBeGreaterThan(5);
});

it("there are no import cycles", () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (finished.has(file) || path.includes(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

it("only the command line and the function's entry point read the environment", () => {
  const readers = sources.filter((file) => /process\.env\b/.test(readFileSync(join(PROJECT_DIR, file), "utf8")));
  expect(readers.filter((file) => folderOf(file) !== "cli")).toEqual(["functions/decrypt-customer-input/index.ts"]);
});
