import { stepConfig, writtenConfig } from "../../rotation/rotation-config";
import { nextName } from "../../rotation/spare-key-pairs";
import { parseSettings } from "../../settings/settings";

const written = (step: "add" | "switch" | "remove", keyPairs: object[] | string[]) =>
  writtenConfig(
    stepConfig(
      step,
      { from: "old", to: "new" },
      parseSettings({ keyPairs, encryptWith: "old" }, "the test's configuration").keyPairs,
      "keys",
    ),
  );

it("names pairs as they are named now", () => {
  expect(written("add", ["old"])).toEqual(['keyPairs: ["old", "new"],', 'encryptWith: "old",']);
  expect(written("switch", ["old", "new"])).toEqual(['keyPairs: ["old", "new"],', 'encryptWith: "new",']);
  expect(written("remove", ["old", "new"])).toEqual(['keyPairs: ["new"],']);
});

it("names their files where they are named now", () => {
  expect(
    written("add", [
      { name: "old", certificateFile: "certificates/old.pem", privateKeyFile: "keys/old/private-key.pem" },
    ]),
  ).toEqual([
    "keyPairs: [",
    '  { name: "old", certificateFile: "certificates/old.pem", privateKeyFile: "keys/old/private-key.pem" },',
    '  { name: "new", certificateFile: "certificates/new.pem", privateKeyFile: "keys/new/private-key.pem" },',
    "],",
    'encryptWith: "old",',
  ]);
  expect(written("remove", [{ name: "old", certificateFile: "card.pem" }])).toEqual([
    "keyPairs: [",
    '  { name: "new", certificateFile: "new-card.pem" },',
    "],",
  ]);
});

it("takes year and month for a name, and counts where it is taken", () => {
  const now = new Date("2026-11-24T00:00:00Z");
  expect(nextName(() => false, now)).toBe("2026-11");
  expect(nextName((name) => ["2026-11", "2026-11-2"].includes(name), now)).toBe("2026-11-3");
});
