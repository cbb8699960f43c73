import { join } from "node:path";
import { parseCommandLine } from "../../bench/command-line";
import { PROJECT_DIR, runCommand } from "../support/project";

/** `npm run bench -- …` */
const bench = (...args: string[]) =>
  runCommand(process.execPath, ["--import", "tsx", join(PROJECT_DIR, "bench/index.ts"), ...args]);

it("prints its usage, with all benchmarks and options", () => {
  const { code, stdout, stderr } = bench("--help");
  expect([code, stderr]).toEqual([0, ""]);
  for (const word of ["warm-decrypt", "key-sizes", "memory, storm", "--short", "--write"])
    expect(stdout).toContain(word);
});

it("rejects an invalid command line with exit code 2 and one sentence", () => {
  const stderr = "Unknown option '--hepl': see npm run bench -- --help.\n";
  expect(bench("--hepl")).toEqual({ code: 2, stdout: "", stderr });
});

it("runs all benchmarks without a name, except slow ones, and otherwise the named ones in a fixed order", () => {
  expect(parseCommandLine([]).names).toHaveLength(8);
  expect(parseCommandLine(["--short", "storm", "size", "size"])).toMatchObject({
    short: true,
    names: ["size", "storm"],
  });
});

it.each([
  ["--json=1", /^Option '--json' does not take an argument: see npm run bench -- --help\.$/],
  ["sizes", /^Unknown benchmark "sizes": use one of warm-decrypt, .*storm\.$/],
])("rejects %s in one sentence", (argument, sentence) => {
  expect(() => parseCommandLine([argument])).toThrow(sentence);
});
