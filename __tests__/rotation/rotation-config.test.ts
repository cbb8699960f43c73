import { configLines, stepConfig } from "../../rotation/rotation-config";
import { nextName } from "../../rotation/spare-key-pairs";
import { parseSettings } from "../../settings/settings";

const lines = (step: "add" | "switch" | "remove", keyPairs: object[] | string[]) =>
  configLines(
    stepConfig(
      step,
      { from: "old", to: "new" },
      parseSettings({ keyPairs, encryptWith: "old" }, "the test's configuration").keyPairs,
    ),
  );

it("names key pairs by name where the configuration does", () => {
  expect(lines("add", ["old"])).toEqual(['keyPairs: ["old", "new"],', 'encryptWith: "old",']);
  expect(lines("switch", ["old", "new"])).toEqual(['keyPairs: ["old", "new"],', 'encryptWith: "new",']);
  expect(lines("remove", ["old", "new"])).toEqual(['keyPairs: ["new"],']);
});

it("names files where the configuration does, and puts a certificate beside the current one", () => {
  expect(
    lines("add", [
      { name: "old", certificateFile: "certificates/old.pem", privateKeyFile: "keys/old/private-key.pem" },
    ]),
  ).toEqual([
    "keyPairs: [",
    '  { name: "old", certificateFile: "certificates/old.pem", privateKeyFile: "keys/old/private-key.pem" },',
    '  { name: "new", certificateFile: "certificates/new-certificate.pem", privateKeyFile: "keys/new/private-key.pem" },',
    "],",
    'encryptWith: "old",',
  ]);
  expect(lines("remove", [{ name: "old", certificateFile: "card.pem" }])).toEqual([
    "keyPairs: [",
    '  { name: "new", certificateFile: "new-certificate.pem" },',
    "],",
  ]);
});

it("leaves a certificate in the keys folder where it was created", () => {
  expect(lines("remove", [{ name: "old", certificateFile: "./keys/old/certificate.pem" }])).toEqual([
    "keyPairs: [",
    '  { name: "new", certificateFile: "keys/new/certificate.pem" },',
    "],",
  ]);
});

it("uses year and month as the default name, with a number where the name is taken", () => {
  const now = new Date("2026-11-24T00:00:00Z");
  expect(nextName(() => false, now)).toBe("2026-11");
  expect(nextName((name) => ["2026-11", "2026-11-2"].includes(name), now)).toBe("2026-11-3");
});
