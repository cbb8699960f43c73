import { join } from "node:path";
import { CallProject } from "../support/call-project";
import { temporaryFolder } from "../support/project";
import { atTerminal } from "../support/terminal";

const folder = temporaryFolder();

it("treats no key as silence, after the flow's time limit", async () => {
  const project = await CallProject.create(join(folder, "project"));
  project.write(
    "impatient.json",
    JSON.stringify({
      fields: [{ name: "cardNumber", firstDigitSeconds: 1 }],
      // Short, because the time limit starts when the prompt has been spoken.
      prompts: { "en-US": { welcome: "Hello.", fields: { cardNumber: { ask: "Number?" } } } },
    }),
  );
  const phone = atTerminal("call", project.folder, { IVR_CONFIG: "impatient.json" });
  await phone.shown("We did not receive any digits.");
  phone.type("\x03");
  expect(await phone.exited).toBe(3);
});
