import { parseSettings } from "../../settings/settings";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { readStack, synthesizeWith } from "../support/stack";

const folder = temporaryFolder();
const STAGE = "some-stage";

it("no stage has a resource with the name of another stage's resource", async () => {
  const payment = { connector: "https", url: "https://payments.example/" } as const;
  const config = { ...ALL_OPTIONS, stage: STAGE, payment };
  const { resource } = readStack(await synthesizeWith(folder, await smallKeyPair(), config));

  const collisions: string[] = [];
  let names = 0;
  for (const [type, blocks] of Object.entries(resource)) {
    // A name before and after the stage.
    const parts = Object.values(blocks)
      .flatMap((block) => Object.entries(block).filter(([argument]) => /name$/.test(argument)))
      .map(([, name]) => String(name).split(STAGE))
      .filter(({ length }) => length === 2);
    names += parts.length;
    for (const [before, after = ""] of parts) {
      for (const [otherBefore, otherAfter = ""] of parts) {
        if (before !== otherBefore || after === otherAfter || !after.endsWith(otherAfter)) continue;
        const other = `dev${after.slice(0, after.length - otherAfter.length)}`;
        collisions.push(other);
        expect(() => parseSettings({ stage: other }, `the stage ${other} with another stage's ${type}`)).toThrow(
          /stage: /,
        );
      }
    }
  }
  expect(names).toBeGreaterThan(15);
  expect(collisions).toEqual(["dev-alarms"]);
});
