import { join } from "node:path";
import { expiryWarning, isRotationDue } from "../../encryption/certificate";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { synthesize } from "../../infrastructure/synthesize";
import { parseSettings } from "../../settings/settings";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { PROJECT_DIR, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const NOW = new Date("2026-11-24T12:00:00Z");
const warning = (notAfter: string) => expiryWarning({ name: "primary", notAfter }, NOW);

it("warns from 60 days before a certificate expires", () => {
  expect(warning("2027-01-23T12:00:01.000Z")).toBeUndefined();
  expect(isRotationDue("2027-01-23T12:00:01.000Z", NOW)).toBe(false);
  expect(warning("2027-01-23T12:00:00.000Z")).toBe(
    'The certificate of the key pair primary expires on 2027-01-23, in 60 days. After that, Connect cannot encrypt with it and calls fail: move to a new key pair with "npm run ivr -- keys rotate".',
  );
  expect(warning("2026-11-25T11:00:00.000Z")).toContain("in 1 day.");
});

it("does not warn about an expired certificate, which is reported as an error", () => {
  expect(warning("2026-11-24T11:00:00.000Z")).toBeUndefined();
  expect(isRotationDue("2026-11-24T11:00:00.000Z", NOW)).toBe(true);
});

it("warns during synthesis, about the key pair that expires soon", async () => {
  const pair = await smallKeyPair();
  const files = (name: string) => keyPairFiles(join(folder, name));
  writeKeyPair(join(folder, "late"), { ...pair, certificate: await certificateFor(pair, { toDay: 20 }) });
  writeKeyPair(join(folder, "fresh"), await smallKeyPair());
  const warnings: string[] = [];
  await synthesize({
    settings: parseSettings(
      {
        keyPairs: ["late", "fresh"].map((name) => ({ name, certificateFile: files(name).certificate })),
      },
      "the test's configuration",
    ),
    projectDir: PROJECT_DIR,
    outdir: join(folder, "cdktf.out"),
    environment: {},
    warn: (sentence) => warnings.push(sentence),
  });
  expect(warnings).toEqual([
    expect.stringMatching(/^The certificate of the key pair late expires on .*, in 20 days\./),
  ]);
});
