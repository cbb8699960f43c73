import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { keptBuild } from "../../infrastructure/function/build-cache";
import { filesBelow, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

/** A small project, built by esbuild as the function is. */
class Project {
  readonly dir = mkdtempSync(join(folder, "project-"));
  /** how often it was really built */
  builds = 0;
  whileBuilding = () => {};

  constructor() {
    this.write("package.json", "{}");
    this.write("src/index.ts", 'import "./one"; import "./two"; import "dependency"; import "other";');
    this.write("src/one.ts", 'console.log("one");');
    this.write("src/two/index.ts", 'console.log("two");');
    for (const name of ["dependency", "other"]) {
      this.write(`node_modules/${name}/package.json`, '{ "main": "index.js" }');
      this.write(`node_modules/${name}/index.js`, `console.log("${name}");`);
      this.write(`node_modules/${name}/unused.js`, 'console.log("unused");');
    }
  }

  write(file: string, contents: string): void {
    mkdirSync(dirname(join(this.dir, file)), { recursive: true });
    writeFileSync(join(this.dir, file), contents);
  }

  remove(file: string): void {
    rmSync(join(this.dir, file));
  }

  read = (file: string) => readFileSync(join(this.dir, file), "utf8");

  /** What a build answers with, and what code it leaves. */
  async built() {
    // What was written in this very moment would count as changed while it is built.
    await setTimeout(30);
    const digests = await keptBuild({
      projectDir: this.dir,
      folder: join(this.dir, "dist"),
      build: async () => {
        this.builds += 1;
        const { outputFiles, metafile } = await build({
          absWorkingDir: this.dir,
          entryPoints: ["src/index.ts"],
          outfile: "dist/out.mjs",
          bundle: true,
          format: "esm",
          mainFields: ["module", "main"],
          sourcemap: "external",
          metafile: true,
          write: false,
          logLevel: "silent",
        });
        this.whileBuilding();
        const outputs = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
        return { inputs: [...Object.keys(metafile.inputs), "package.json"], outputs };
      },
    });
    return { digests, code: this.read("dist/out.mjs") };
  }
}

it("builds once, and answers the same from then on", async () => {
  const project = new Project();
  const first = await project.built();
  expect(await project.built()).toEqual(first);
  expect(project.builds).toBe(1);
  expect(Object.keys(first.digests).sort()).toEqual(["out.mjs", "out.mjs.map"]);
});

const CHANGES: Record<string, (project: Project) => void> = {
  "a source": (project) => project.write("src/one.ts", 'console.log("changed");'),
  "a source, to as many characters at the same time": (project) => project.write("src/one.ts", 'console.log("eno");'),
  "the project's package.json": (project) => project.write("package.json", '{ "sideEffects": ["src/index.ts"] }'),
  "a dependency": (project) => project.write("node_modules/dependency/index.js", 'console.log("changed");'),
  "which file a dependency is": (project) =>
    project.write("node_modules/dependency/package.json", '{ "main": "unused.js" }'),
  "a file that is found before a source": (project) => project.write("src/one.tsx", 'console.log("nearer");'),
  "a file that is found before a folder": (project) => project.write("src/two.ts", 'console.log("nearer");'),
  "a dependency in a nearer node_modules": (project) =>
    project.write("src/node_modules/dependency/index.js", 'console.log("nearer");'),
};

it.each(Object.entries(CHANGES))("builds again after a change of %s, with another result", async (_what, change) => {
  const project = new Project();
  const before = await project.built();
  change(project);
  const after = await project.built();
  expect(project.builds).toBe(2);
  expect(after.code).not.toBe(before.code);
  expect(await project.built()).toEqual(after);
  expect(project.builds).toBe(2);
});

it.each(["out.mjs", "out.mjs.map", "build.json"])("builds again where %s is missing or damaged", async (name) => {
  const project = new Project();
  const { digests } = await project.built();
  const file = join("dist", name);
  const whole = project.read(file);
  for (const damage of [() => project.remove(file), () => project.write(file, whole.slice(0, -1))]) {
    const before = project.builds;
    damage();
    expect((await project.built()).digests).toEqual(digests);
    expect(project.builds).toBe(before + 1);
    expect(project.read(file)).toBe(whole);
  }
});

it("fails as the build does where a source is gone", async () => {
  const project = new Project();
  await project.built();
  project.remove("src/one.ts");
  await expect(project.built()).rejects.toThrow('Could not resolve "./one"');
});

it("does not keep what changed while it was built", async () => {
  const project = new Project();
  project.whileBuilding = () => project.write("src/one.ts", 'console.log("later");');
  expect((await project.built()).code).toContain('"one"');
  project.whileBuilding = () => {};
  expect((await project.built()).code).toContain('"later"');
});

it("leaves nothing unfinished behind", async () => {
  const project = new Project();
  await project.built();
  const left = filesBelow(join(project.dir, "dist")).map((file) => basename(file));
  expect(left.sort()).toEqual(["build.json", "out.mjs", "out.mjs.map"]);
});
