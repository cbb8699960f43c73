import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, PROJECT_DIR } from "./support/project";

/** The folders that each folder may import from. CONTRIBUTING.md has the same table. */
const MAY_IMPORT: Record<string, string[]> = {
  contract: [],
  encryption: [],
  flows: ["contract"],
  "flow-validation": ["flows", "encryption"],
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
  scripts: ["cli", "settings", "contract"],
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
/** Imports in the source text, which include the imports of types that a bundler removes. */
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

it("no two files export the same name", () => {
  const DECLARATION = /^export (?:async |abstract |declare )*(?:class|const|enum|function\*?|interface|type) (\w+)/gm;
  const filesByName = new Map<string, Set<string>>();
  for (const file of sources) {
    for (const [, name = ""] of readFileSync(join(PROJECT_DIR, file), "utf8").matchAll(DECLARATION)) {
      filesByName.set(name, (filesByName.get(name) ?? new Set()).add(file));
    }
  }
  expect(filesByName.size).toBeGreaterThan(200);
  const repeated = [...filesByName].filter(([, files]) => files.size > 1);
  expect(repeated.map(([name, files]) => `${name}: ${[...files].join(", ")}`)).toEqual([]);
});

/** Words of an earlier private vocabulary. */
const AVOIDED = /\b(ring|rings|rang|told|tells|unmade|unseen)\b/i;
/** Places where a telephone rings, or where the text quotes the word. */
const ALLOWED: readonly [file: string, phrase: string][] = [];

it("the words are plain", () => {
  const documents = [
    ...["README.md", "README.ja.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "main.ts", "ivr.config.ts"],
    ...["docs", "bench"].flatMap((folder) =>
      filesBelow(join(PROJECT_DIR, folder)).map((file) => file.slice(PROJECT_DIR.length + 1)),
    ),
  ];
  const found = [...sources, ...documents].flatMap((file) =>
    readFileSync(join(PROJECT_DIR, file), "utf8")
      .split("\n")
      .filter((line) => AVOIDED.test(line))
      .filter((line) => !ALLOWED.some(([allowed, phrase]) => allowed === file && line.includes(phrase)))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
