import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { packageFunction } from "../../infrastructure/function/function-package";
import { copyOfProject, PROJECT_DIR, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

it("has the same bytes in another folder, time zone and year", async () => {
  const copy = copyOfProject(join(folder, "elsewhere", "copy"));
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
});

it("is the same where the last build is kept, which an edit of a source ends", async () => {
  const copy = copyOfProject(join(folder, "kept"));
  // What was written just before a build may have been written during it: such a build is not kept.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const built = await packageFunction(copy);
  const { ino } = statSync(built.zipFile);
  expect(await packageFunction(copy)).toEqual(built);
  expect(statSync(built.zipFile).ino).toBe(ino);

  appendFileSync(join(copy, "contract/check-digits.ts"), "globalThis.name = 'edited';\n");
  const edited = await packageFunction(copy);
  expect(statSync(edited.zipFile).ino).not.toBe(ino);
  expect(edited.sha256).not.toBe(built.sha256);
});

it("is one ES module, with its source map beside it and not in it", async () => {
  const { zipFile, sha256Base64 } = await packageFunction(PROJECT_DIR);
  const zip = readFileSync(zipFile);
  expect(createHash("sha256").update(zip).digest("base64")).toBe(sha256Base64);
  const files = unzipSync(zip);
  expect(Object.keys(files)).toEqual(["index.mjs"]);
  const code = Buffer.from(files["index.mjs"] as Uint8Array).toString();
  expect(code).toMatch(/export\{.*handler/);
  expect(code).not.toContain("sourceMappingURL");
  expect(code).not.toContain(PROJECT_DIR);
  expect(existsSync(join(zipFile, "../index.mjs.map"))).toBe(true);
});

it("bundles nothing that only makes keys, encrypts or deploys", async () => {
  const { zipFile } = await packageFunction(PROJECT_DIR);
  const map = JSON.parse(readFileSync(join(zipFile, "../index.mjs.map"), "utf8")) as { sources: string[] };
  const unwanted =
    /@peculiar|node_modules\/cdktf|@cdktf|commander|@aws-crypto\/(encrypt|kms|client)|infrastructure\/|simulator\/|cli\/|flows\//;
  expect(map.sources.filter((source) => unwanted.test(source))).toEqual([]);
  expect(map.sources.some((source) => source.endsWith("encryption/decrypt.ts"))).toBe(true);
});
