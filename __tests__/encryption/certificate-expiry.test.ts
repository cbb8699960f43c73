import { join } from "node:path";
import { expiryWarning, isDue } from "../../encryption/certificate-expiry";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { synthesize } from "../../infrastructure/synthesize";
import { parseSettings } from "../../settings/settings";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { PROJECT_DIR, temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const NOW = new Date("2026-11-24T12:00:00Z");
const warning = (notAfter: string) => expiryWarning({ name: "primary", notAfter }, NOW);

it("is silent until 60 days before the end", () => {
  expect(warning("2027-01-23T12:00:01.000Z")).toBeUndefined();
  expect(isDue("2027-01-23T12:00:01.000Z", NOW)).toBe(false);
  expect(warning("2027-01-23T12:00:00.000Z")).toBe(
    'The certificate of the key pair primary ends on 2027-01-23, in 60 days, and no call after that could be encrypted under it: move to a new pair with "npm run ivr -- keys rotate".',
  );
  expect(warning("2026-11-25T11:00:00.000Z")).toContain("in 1 day,");
});

it("leaves what has expired to the error", () => {
  expect(warning("2026-11-24T11:00:00.000Z")).toBeUndefined();
  expect(isDue("2026-11-24T11:00:00.000Z", NOW)).toBe(true);
});

it("is told while synthesizing, for the pair that needs it", async () => {
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
  expect(warnings).toEqual([expect.stringMatching(/^The certificate of the key pair late ends on .*, in 20 days,/)]);
});
