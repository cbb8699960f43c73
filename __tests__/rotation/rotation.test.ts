import { findRotation, type Rotation, type RotationInput } from "../../rotation/rotation";

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
const look = (names: Name[], encryptWith: Name, rest: Partial<RotationInput> = {}) =>
  findRotation({ keyPairs: names.map((name) => PAIRS[name]), encryptWith, ...rest }, NOW);

const OLD = deployed(["old"], "old");
const ADDED = deployed(["old", "new"], "old");
const SWITCHED = deployed(["old", "new"], "new");
const NEW = deployed(["new"], "new");

it.each<[string, Rotation | undefined, Rotation["next"], boolean]>([
  ["created", look(["old"], "old", { spare: "new", deployed: OLD }), "add", false],
  ["created, unknown deployment", look(["old"], "old", { spare: "new" }), "add", false],
  ["added to the configuration", look(["old", "new"], "old", { deployed: OLD }), "add", true],
  ["added", look(["old", "new"], "old", { deployed: ADDED }), "switch", false],
  ["added, unknown deployment", look(["old", "new"], "old"), "switch", false],
  ["switched in the configuration", look(["old", "new"], "new", { deployed: ADDED }), "switch", true],
  ["switched", look(["old", "new"], "new", { deployed: SWITCHED }), "remove", false],
  ["switched, unknown deployment", look(["old", "new"], "new"), "remove", false],
  ["removed from the configuration", look(["new"], "new", { deployed: SWITCHED }), "remove", true],
])("finds the next step after: %s", (_state, rotation, next, configured) => {
  expect(rotation).toEqual({ from: "old", to: "new", steps: ["add", "switch", "remove"], next, configured });
});

it("orders the key pairs by their certificates, not by the configuration", () => {
  expect(look(["new", "old"], "old", { deployed: ADDED })).toMatchObject({ from: "old", to: "new", next: "switch" });
});

it("finds no rotation before the next key pair is created, and after the last step", () => {
  expect(look(["old"], "old", { deployed: OLD })).toBeUndefined();
  expect(look(["new"], "new", { deployed: NEW })).toBeUndefined();
  expect(look(["new"], "new")).toBeUndefined();
});

it("warns about two steps in one deploy, and about a step back", () => {
  expect(look(["old", "new"], "new", { deployed: OLD })).toMatchObject({
    next: "add",
    configured: false,
    warning: expect.stringContaining('write encryptWith: "old" first'),
  });
  expect(look(["old", "new"], "old", { deployed: SWITCHED })).toMatchObject({
    next: "switch",
    configured: false,
    warning: 'The deployed flow encrypts with "new", and a deploy would switch it back to "old".',
  });
});

it("rejects a configuration without the key pair that the deployed flow encrypts with", () => {
  const sentence = (encryptWith: string) =>
    `The deployed flow encrypts with "old", which the configuration no longer names: before you deploy, write keyPairs: ["old", "new"] and encryptWith: "${encryptWith}".`;
  expect(() => look(["new"], "new", { deployed: OLD })).toThrow(sentence("old"));
  expect(() => look(["new"], "new", { deployed: ADDED })).toThrow(sentence("new"));
});

it("rejects a third key, Connect's quota, also where the second one is being removed", () => {
  expect(() => look(["old", "new"], "old", { deployed: deployed(["older", "old"], "old") })).toThrow(
    'The configuration adds "new" while "older" is still deployed, but Connect allows two keys: deploy keyPairs: ["old"] first.',
  );
});

it("replaces an expired key pair in one deploy, because synthesis rejects it", () => {
  const expired = { ...PAIRS.old, notAfter: "2026-11-01T00:00:00.000Z" };
  const replace = { from: "old", to: "new", steps: ["replace"], next: "replace" };
  expect(findRotation({ keyPairs: [expired], encryptWith: "old", spare: "new", deployed: OLD }, NOW)).toEqual({
    ...replace,
    configured: false,
  });
  const deployedExpired = (names: string[]) => deployed(names, "old", { old: expired.notAfter });
  expect(look(["new"], "new", { deployed: deployedExpired(["old"]) })).toEqual({ ...replace, configured: true });
  expect(look(["new"], "new", { deployed: deployedExpired(["old", "new"]) })).toEqual({ ...replace, configured: true });
});
