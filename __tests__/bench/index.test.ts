import { join } from "node:path";
import { PROJECT_DIR, runCommand } from "../support/project";

/** `npm run bench -- …` */
const bench = (...args: string[]) =>
  runCommand(process.execPath, ["--import", "tsx", join(PROJECT_DIR, "bench/index.ts"), ...args]);

it("prints its usage, with every benchmark and option", () => {
  const { code, stdout, stderr } = bench("--help");
  expect([code, stderr]).toEqual([0, ""]);
  for (const word of ["warm-decrypt", "key-sizes", "memory, storm", "--short", "--write"])
    expect(stdout).toContain(word);
});

it.each([
  ["--hepl", "Unknown option '--hepl': see npm run bench -- --help.\n"],
  ["--json=1", "Option '--json' does not take an argument: see npm run bench -- --help.\n"],
])("refuses %s in one sentence", (option, sentence) => {
  expect(bench(option)).toEqual({ code: 2, stdout: "", stderr: sentence });
});

it("refuses a benchmark that there is not, and names those that there are", () => {
  const { code, stderr } = bench("sizes");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^There is no benchmark "sizes": there are warm-decrypt, .*\n$/);
});
