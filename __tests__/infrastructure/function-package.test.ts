import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { packageFunction } from "../../infrastructure/function/function-package";
import { copyOfProject, filesBelow, PROJECT_DIR, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

describe("the package of this project", () => {
  it("has the same bytes in another folder, time zone and year", async () => {
    const copy = copyOfProject(join(folder, "elsewhere", "copy"));
    rmSync(join(copy, "dist"), { recursive: true, force: true });
    const here = await packageFunction(PROJECT_DIR);
    const zone = process.env.TZ;
    jest.useFakeTimers({
      now: new Date("2031-07-01T23:30:00Z"),
      doNotFake: ["nextTick", "setImmediate", "setTimeout", "queueMicrotask"],
    });
    process.env.TZ = "Pacific/Kiritimati";
    try {
      const there = await packageFunction(copy);
      expect(there.sha256).toBe(here.sha256);
      expect(readFileSync(there.zipFile).equals(readFileSync(here.zipFile))).toBe(true);
    } finally {
      jest.useRealTimers();
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(await isReused(copy)).toBe(true);
  });

  it("is one ES module, without its source map", async () => {
    const { zipFile, sha256Base64 } = await packageFunction(PROJECT_DIR);
    const zip = readFileSync(zipFile);
    expect(createHash("sha256").update(zip).digest("base64")).toBe(sha256Base64);
    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(["index.mjs", "THIRD-PARTY-NOTICES.txt"]);
    const code = Buffer.from(files["index.mjs"] as Uint8Array).toString();
    expect(code).toMatch(/export\{.*handler/);
    expect(code).not.toContain("sourceMappingURL");
    expect(code).not.toContain(PROJECT_DIR);
  });

  it("contains the licence of each package in the bundle, and has at most 200 KB", async () => {
    const { zipFile } = await packageFunction(PROJECT_DIR);
    const zip = readFileSync(zipFile);
    expect(zip.length).toBeLessThanOrEqual(200_000);
    const notices = Buffer.from(unzipSync(zip)["THIRD-PARTY-NOTICES.txt"] as Uint8Array).toString();
    const map = JSON.parse(readFileSync(join(zipFile, "../index.mjs.map"), "utf8")) as { sources: string[] };
    const bundled = map.sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
    expect(bundled).toEqual(expect.arrayContaining(["@aws-sdk/client-ssm", "card-validator", "zod"]));
    for (const name of new Set(bundled)) {
      const { version } = JSON.parse(readFileSync(join(PROJECT_DIR, "node_modules", name, "package.json"), "utf8"));
      expect(notices).toMatch(new RegExp(`^${name} ${version.replaceAll(".", "\\.")} \\(\\S.*\\)$`, "m"));
    }
    const withoutText = notices
      .split("-".repeat(72))
      .filter((section) => section.includes("has no file with the text"));
    // MIT-0 does not require its text.
    expect(withoutText.join("").match(/\(\S+\)$/gm)).toEqual(["(MIT-0)", "(MIT-0)", "(MIT-0)"]);
    expect(notices).not.toContain(PROJECT_DIR);
  });

  it("contains no code that only creates keys, encrypts or deploys", async () => {
    const { zipFile } = await packageFunction(PROJECT_DIR);
    const map = JSON.parse(readFileSync(join(zipFile, "../index.mjs.map"), "utf8")) as { sources: string[] };
    const unwanted =
      /@peculiar|node_modules\/cdktf|@cdktf|commander|@aws-crypto\/(encrypt|kms|client)|infrastructure\/|simulator\/|cli\/|flows\//;
    expect(map.sources.filter((source) => unwanted.test(source))).toEqual([]);
    expect(map.sources.some((source) => source.endsWith("encryption/decrypt.ts"))).toBe(true);
  });
});

describe("the last build", () => {
  const SOURCE = "functions/decrypt-customer-input/index.ts";
  const ZIP = "dist/decrypt-customer-input/function.zip";
  const RECORD = "dist/decrypt-customer-input/build.json";
  const INSTALLED = "node_modules/.package-lock.json";

  /** A small project with the layout that the build expects. */
  class Project {
    readonly dir = mkdtempSync(join(folder, "project-"));

    constructor() {
      this.write(SOURCE, 'import "../../contract/one"; import "dependency"; export const handler = () => {};');
      this.write("contract/one.ts", 'console.log("one");');
      this.write("encryption/unused.ts", "");
      this.write("package.json", "{}");
      this.write("node_modules/dependency/package.json", '{ "main": "index.js" }');
      this.write("node_modules/dependency/index.js", 'console.log("dependency");');
      this.write(INSTALLED, "{}");
    }
    write(file: string, contents: string | Uint8Array): void {
      mkdirSync(dirname(join(this.dir, file)), { recursive: true });
      writeFileSync(join(this.dir, file), contents);
    }
    read = (file: string) => readFileSync(join(this.dir, file));
    remove = (file: string) => rmSync(join(this.dir, file));
    build = () => packageFunction(this.dir);
    /** The code in the zip. */
    code = () => Buffer.from(unzipSync(this.read(ZIP))["index.mjs"] as Uint8Array).toString();
  }

  it("is reused while nothing changes", async () => {
    const project = new Project();
    const first = await project.build();
    expect(await isReused(project.dir)).toBe(true);
    expect(await project.build()).toEqual(first);
  });

  it.each<[string, (project: Project) => void]>([
    ["a source", (project) => project.write("contract/one.ts", 'console.log("two");')],
    ["which file an import finds", (project) => project.write("contract/one.tsx", 'console.log("two");')],
    [
      "an installed package",
      (project) => {
        project.write("node_modules/dependency/index.js", 'console.log("two");');
        project.write(INSTALLED, '{ "packages": {} }');
      },
    ],
    ["package.json", (project) => project.write("package.json", `{ "sideEffects": ["${SOURCE}"] }`)],
  ])("is not reused after a change of %s", async (_, change) => {
    const project = new Project();
    const before = await project.build();
    const code = project.code();
    change(project);
    const after = await project.build();
    expect(after.sha256).not.toBe(before.sha256);
    expect(project.code()).not.toBe(code);
    expect(await isReused(project.dir)).toBe(true);
  });

  it.each([ZIP, RECORD])("is not reused if %s is missing or damaged", async (file) => {
    const project = new Project();
    const built = await project.build();
    const contents = project.read(file);
    for (const damage of [() => project.remove(file), () => project.write(file, contents.subarray(0, -1))]) {
      damage();
      expect(await isReused(project.dir)).toBe(false);
      expect(await project.build()).toEqual(built);
      expect(project.read(file).equals(contents)).toBe(true);
    }
  });

  it("is not reused if nothing lists the installed packages", async () => {
    const project = new Project();
    await project.build();
    project.remove(INSTALLED);
    expect(await isReused(project.dir)).toBe(false);
  });

  it("is not reused if the function imports from another folder, whose changes are not detected", async () => {
    const project = new Project();
    project.write("settings/other.ts", 'console.log("other");');
    project.write(SOURCE, 'import "../../settings/other"; export const handler = () => {};');
    await project.build();
    expect(await isReused(project.dir)).toBe(false);
  });

  it("is not reused if a source changed during the build", async () => {
    const project = new Project();
    const building = project.build();
    project.write("contract/one.ts", 'console.log("two");');
    await building;
    project.write("contract/one.ts", 'console.log("one");');
    await project.build();
    expect(project.code()).toContain('"one"');
  });

  it("is complete when two builds run at the same time", async () => {
    const project = new Project();
    const [first, second] = await Promise.all([project.build(), project.build()]);
    expect(first).toEqual(second);
    const files = filesBelow(join(project.dir, "dist")).map((file) => basename(file));
    expect(files.sort()).toEqual(["build.json", "function.zip", "index.mjs", "index.mjs.map"]);
    expect(await isReused(project.dir)).toBe(true);
  });

  it("stays when a source is missing, and the build fails", async () => {
    const project = new Project();
    const { sha256 } = await project.build();
    project.remove("contract/one.ts");
    await expect(project.build()).rejects.toThrow('Could not resolve "../../contract/one"');
    expect(createHash("sha256").update(project.read(ZIP)).digest("hex")).toBe(sha256);
  });
});

/** Whether the next build leaves the zip as it is: a new build replaces the file. */
async function isReused(projectDir: string): Promise<boolean> {
  const zip = join(projectDir, "dist/decrypt-customer-input/function.zip");
  const inode = () => statSync(zip, { throwIfNoEntry: false })?.ino;
  const before = inode();
  await packageFunction(projectDir);
  return before === inode();
}
