import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { smallKeyPair } from "../support/key-pairs";
import { DIGITS, grouped, leaksIn } from "../support/leaks";
import { copyOfProject, ivr, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
let pair: KeyPair;
let project: string;
beforeAll(async () => {
  project = copyOfProject(join(folder, "project"));
  pair = await smallKeyPair();
  writeKeyPair(join(project, ".ivr/keys/local"), pair);
});

it.each([[[]], [["--json"]]])("no output of the command with %j contains entered digits or the private key", (form) => {
  const keys = `${DIGITS[1]}# ${DIGITS[0]}# 1240# 739#`;
  const { code, stdout, stderr } = ivr(["call", "--keys", keys, ...form], { cwd: project });
  expect([0, 3]).toContain(code);
  expect(stdout).not.toBe("");
  expect(leaksIn(stdout + stderr, pair)).toEqual([]);
});

it.each([
  [["call", DIGITS[0]]],
  [["call", `--${DIGITS[0]}`]],
  [["call", "--keys", `${DIGITS[0]}x`]],
  [["keys", "create", DIGITS[0]]],
  [["keys", "create", "--days", DIGITS[0]]],
  [["inspect", DIGITS[0]]],
  [[DIGITS[0]]],
  [[grouped(DIGITS[0], " ")]],
  [["keys", "create", grouped(DIGITS[0], "-")]],
])("no error about mistyped command %# contains them", (mistake) => {
  const { code, stdout, stderr } = ivr(mistake, { cwd: project });
  expect([1, 2]).toContain(code);
  expect(stderr).not.toBe("");
  expect(leaksIn(stdout + stderr, pair)).toEqual([]);
});
