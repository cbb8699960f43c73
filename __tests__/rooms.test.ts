import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, PROJECT_DIR, readJson } from "./support/project";

// Who may import whom: a plan of the house that nobody has to remember.
const MAY_IMPORT: Record<string, string[]> = {
  encryption: [],
  fields: [],
  flows: ["fields"],
  functions: ["encryption", "fields"],
  simulator: ["functions", "encryption"],
  plan: ["flows"],
  infrastructure: ["flows", "encryption", "fields"],
  checks: ["encryption"],
  cli: ["checks", "simulator", "infrastructure", "flows", "encryption", "plan"],
};
const ROOMS = Object.keys(MAY_IMPORT);
const sources = ROOMS.flatMap((room) => filesBelow(join(PROJECT_DIR, room))).map((file) =>
  file.slice(PROJECT_DIR.length + 1),
);
const roomOf = (file: string) => ROOMS.find((room) => file.startsWith(`${room}/`));

interface Import {
  from: string;
  to: string;
}
/** By text, so that imports of types alone count, which a bundler leaves out. */
const imports: Import[] = [...sources, "main.ts"].flatMap((from) =>
  [...readFileSync(join(PROJECT_DIR, from), "utf8").matchAll(/(?:from|import|import\(|require\()\s*"([^"]+)"/g)].map(
    ([, path = ""]) => ({ from, to: path.startsWith(".") ? `${join(dirname(from), path)}.ts` : path }),
  ),
);

it("imports go from room to room as planned, and no other way", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    return here && there && here !== there && !MAY_IMPORT[here]?.includes(there);
  });
  expect(wrong).toEqual([]);
  expect(imports.some(({ from, to }) => roomOf(from) === "functions" && roomOf(to) === "encryption")).toBe(true);
});

it("lint refuses the same imports, while they are typed", () => {
  for (const [room, may] of Object.entries(MAY_IMPORT)) {
    const override = readJson(join(PROJECT_DIR, "biome.json")).overrides.find(
      ({ includes }: { includes: string[] }) => includes[0] === `${room}/**`,
    );
    const { patterns } = override.linter.rules.style.noRestrictedImports.options;
    const allowed = ROOMS.filter((other) => other !== room && !patterns[0].group.includes(`**/${other}/**`));
    expect({ room, allowed: allowed.sort() }).toEqual({ room, allowed: may.toSorted() });
    if (room !== "infrastructure") expect(patterns[1].group).toEqual(["cdktf", "constructs", "@cdktf/**"]);
  }
});

it("cdktf is known in infrastructure alone", () => {
  const cdktf = imports.filter(({ to }) => /^(cdktf|constructs|@cdktf\/)/.test(to));
  expect(cdktf.filter(({ from }) => roomOf(from) !== "infrastructure" && from !== "main.ts")).toEqual([]);
  expect(cdktf.length).toBeGreaterThan(5);
});

it("there are no circles", () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (finished.has(file) || path.includes(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

it("only the edges read the environment: main.ts, the command line, and the function its own", () => {
  const readers = sources.filter((file) => /process\.env\b/.test(readFileSync(join(PROJECT_DIR, file), "utf8")));
  expect(readers.filter((file) => roomOf(file) !== "cli")).toEqual(["functions/decrypt-customer-input/index.ts"]);
});
