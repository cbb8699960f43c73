import { type Rotation, type RotationView, rotationOf } from "../../rotation/rotation";

const NOW = new Date("2026-11-24T00:00:00Z");
const PAIRS = {
  old: { name: "old", notBefore: "2025-01-01T00:00:00.000Z", notAfter: "2027-01-01T00:00:00.000Z" },
  new: { name: "new", notBefore: "2026-11-01T00:00:00.000Z", notAfter: "2028-11-01T00:00:00.000Z" },
};
type Name = keyof typeof PAIRS;

const deployed = (keyPairs: string[], encryptWith: string, expiryDates: Record<string, string> = {}) => ({
  keyPairs,
  encryptWith,
  expiryDates,
});
const look = (names: Name[], encryptWith: Name, rest: Partial<RotationView> = {}) =>
  rotationOf({ keyPairs: names.map((name) => PAIRS[name]), encryptWith, ...rest }, NOW);

const OLD = deployed(["old"], "old");
const ADDED = deployed(["old", "new"], "old");
const SWITCHED = deployed(["old", "new"], "new");
const NEW = deployed(["new"], "new");

it.each<[string, Rotation | undefined, Rotation["next"], boolean]>([
  ["made", look(["old"], "old", { made: "new", deployed: OLD }), "add", false],
  ["made, deployed unseen", look(["old"], "old", { made: "new" }), "add", false],
  ["added to the configuration", look(["old", "new"], "old", { deployed: OLD }), "add", true],
  ["added", look(["old", "new"], "old", { deployed: ADDED }), "switch", false],
  ["added, unseen", look(["old", "new"], "old"), "switch", false],
  ["switched in the configuration", look(["old", "new"], "new", { deployed: ADDED }), "switch", true],
  ["switched", look(["old", "new"], "new", { deployed: SWITCHED }), "remove", false],
  ["switched, unseen", look(["old", "new"], "new"), "remove", false],
  ["removed from the configuration", look(["new"], "new", { deployed: SWITCHED }), "remove", true],
])("%s: what is next", (_state, rotation, next, configured) => {
  expect(rotation).toEqual({ from: "old", to: "new", steps: ["add", "switch", "remove"], next, configured });
});

it("knows old and new by their certificates, in whatever order they are configured", () => {
  expect(look(["new", "old"], "old", { deployed: ADDED })).toMatchObject({ from: "old", to: "new", next: "switch" });
});

it("tells of none before the next pair is made, and after the end", () => {
  expect(look(["old"], "old", { deployed: OLD })).toBeUndefined();
  expect(look(["new"], "new", { deployed: NEW })).toBeUndefined();
  expect(look(["new"], "new")).toBeUndefined();
});

it("warns of two steps in one, and of a step back", () => {
  expect(look(["old", "new"], "new", { deployed: OLD })).toMatchObject({
    next: "add",
    configured: false,
    warning: expect.stringContaining('write encryptWith: "old" first'),
  });
  expect(look(["old", "new"], "old", { deployed: SWITCHED })).toMatchObject({
    next: "switch",
    configured: false,
    warning: 'The deployed flow encrypts under "new", and a deploy would take it back to "old".',
  });
});

it("refuses to take away the pair that the deployed flow encrypts under", () => {
  const sentence = (goOnWith: string) =>
    `The deployed flow encrypts under "old", which the configuration no longer names: do not deploy it, but go on with keyPairs: ["old", "new"] and encryptWith: "${goOnWith}".`;
  expect(() => look(["new"], "new", { deployed: OLD })).toThrow(sentence("old"));
  expect(() => look(["new"], "new", { deployed: ADDED })).toThrow(sentence("new"));
});

it("refuses a third key at Connect's quota, be the second on its way out", () => {
  expect(() => look(["old", "new"], "old", { deployed: deployed(["older", "old"], "old") })).toThrow(
    'The configuration adds "new" while "older" is still deployed, and Connect has room for two keys: deploy keyPairs: ["old"] first.',
  );
});

it("replaces a pair that has expired in one deploy, since synth takes it no more", () => {
  const expired = { ...PAIRS.old, notAfter: "2026-11-01T00:00:00.000Z" };
  const replace = { from: "old", to: "new", steps: ["replace"], next: "replace" };
  expect(rotationOf({ keyPairs: [expired], encryptWith: "old", made: "new", deployed: OLD }, NOW)).toEqual({
    ...replace,
    configured: false,
  });
  const there = (names: string[]) => deployed(names, "old", { old: expired.notAfter });
  expect(look(["new"], "new", { deployed: there(["old"]) })).toEqual({ ...replace, configured: true });
  expect(look(["new"], "new", { deployed: there(["old", "new"]) })).toEqual({ ...replace, configured: true });
});
